/// Vector instructions (Core 5.4.8). As with the other memory accesses, the rows show addresses as i32 and
/// validation takes their type from the memory.

extension Opcode {
  @inlinable public static var v128Const: Opcode { Opcode(prefix: 0xFD, 12) }
  @inlinable public static var i8x16Shuffle: Opcode { Opcode(prefix: 0xFD, 13) }
}

private func vector(
  _ code: UInt32, _ mnemonic: String, _ operands: [ValueType], _ result: ValueType,
  sameAs other: String? = nil
) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .simd, .none, Signature(operands, [result]), .vector(sameAs: other))
}

private func load(_ code: UInt32, _ mnemonic: String, _ width: Int) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .simd, .memoryArgument, Signature([.i32], [.v128]), .vector(),
    width: width)
}

private func loadLane(_ code: UInt32, _ mnemonic: String, _ width: Int) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .simd, .memoryArgumentLane, Signature([.i32, .v128], [.v128]),
    .vector(), width: width)
}

private func storeLane(_ code: UInt32, _ mnemonic: String, _ width: Int) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .simd, .memoryArgumentLane, Signature([.i32, .v128], []), .vector(),
    width: width)
}

private func extractLane(
  _ code: UInt32, _ mnemonic: String, _ type: ValueType, _ width: Int, sameAs other: String? = nil
) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .simd, .lane, Signature([.v128], [type]), .vector(sameAs: other),
    width: width)
}

private func replaceLane(
  _ code: UInt32, _ mnemonic: String, _ type: ValueType, _ width: Int, sameAs other: String? = nil
) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .simd, .lane, Signature([.v128, type], [.v128]),
    .vector(sameAs: other),
    width: width)
}

/// What a relaxed instruction may answer includes what a strict one does, with which it shares its meaning.
private func relaxed(_ code: UInt32, _ mnemonic: String, operandCount: Int, sameAs strict: String? = nil)
  -> InstructionRow
{
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .relaxedSIMD, .none,
    Signature([ValueType](repeating: .v128, count: operandCount), [.v128]), .vector(sameAs: strict))
}

let vectorInstructions: [InstructionRow] =
  vectorMemoryInstructions + vectorLaneInstructions + vectorArithmeticInstructions
  + relaxedVectorInstructions

private let vectorMemoryInstructions: [InstructionRow] = [
  load(0, "v128.load", 16),
  load(1, "v128.load8x8_s", 8),
  load(2, "v128.load8x8_u", 8),
  load(3, "v128.load16x4_s", 8),
  load(4, "v128.load16x4_u", 8),
  load(5, "v128.load32x2_s", 8),
  load(6, "v128.load32x2_u", 8),
  load(7, "v128.load8_splat", 1),
  load(8, "v128.load16_splat", 2),
  load(9, "v128.load32_splat", 4),
  load(10, "v128.load64_splat", 8),
  load(92, "v128.load32_zero", 4),
  load(93, "v128.load64_zero", 8),
  .init(
    Opcode(prefix: 0xFD, 11), "v128.store", .simd, .memoryArgument, Signature([.i32, .v128], []), .vector(),
    width: 16),
  loadLane(84, "v128.load8_lane", 1),
  loadLane(85, "v128.load16_lane", 2),
  loadLane(86, "v128.load32_lane", 4),
  loadLane(87, "v128.load64_lane", 8),
  storeLane(88, "v128.store8_lane", 1),
  storeLane(89, "v128.store16_lane", 2),
  storeLane(90, "v128.store32_lane", 4),
  storeLane(91, "v128.store64_lane", 8),
]

private let vectorLaneInstructions: [InstructionRow] = [
  .init(.v128Const, "v128.const", .simd, .v128, Signature([], [.v128]), .vector()),
  .init(.i8x16Shuffle, "i8x16.shuffle", .simd, .lanes16, Signature([.v128, .v128], [.v128]), .vector()),
  vector(14, "i8x16.swizzle", [.v128, .v128], .v128),
  vector(15, "i8x16.splat", [.i32], .v128),
  vector(16, "i16x8.splat", [.i32], .v128),
  vector(17, "i32x4.splat", [.i32], .v128),
  vector(18, "i64x2.splat", [.i64], .v128),
  vector(19, "f32x4.splat", [.f32], .v128, sameAs: "i32x4.splat"),
  vector(20, "f64x2.splat", [.f64], .v128, sameAs: "i64x2.splat"),
  extractLane(21, "i8x16.extract_lane_s", .i32, 1),
  extractLane(22, "i8x16.extract_lane_u", .i32, 1),
  replaceLane(23, "i8x16.replace_lane", .i32, 1),
  extractLane(24, "i16x8.extract_lane_s", .i32, 2),
  extractLane(25, "i16x8.extract_lane_u", .i32, 2),
  replaceLane(26, "i16x8.replace_lane", .i32, 2),
  extractLane(27, "i32x4.extract_lane", .i32, 4),
  replaceLane(28, "i32x4.replace_lane", .i32, 4),
  extractLane(29, "i64x2.extract_lane", .i64, 8),
  replaceLane(30, "i64x2.replace_lane", .i64, 8),
  extractLane(31, "f32x4.extract_lane", .f32, 4, sameAs: "i32x4.extract_lane"),
  replaceLane(32, "f32x4.replace_lane", .f32, 4, sameAs: "i32x4.replace_lane"),
  extractLane(33, "f64x2.extract_lane", .f64, 8, sameAs: "i64x2.extract_lane"),
  replaceLane(34, "f64x2.replace_lane", .f64, 8, sameAs: "i64x2.replace_lane"),
]

private let vectorArithmeticInstructions: [InstructionRow] = [
  vector(35, "i8x16.eq", [.v128, .v128], .v128),
  vector(36, "i8x16.ne", [.v128, .v128], .v128),
  vector(37, "i8x16.lt_s", [.v128, .v128], .v128),
  vector(38, "i8x16.lt_u", [.v128, .v128], .v128),
  vector(39, "i8x16.gt_s", [.v128, .v128], .v128),
  vector(40, "i8x16.gt_u", [.v128, .v128], .v128),
  vector(41, "i8x16.le_s", [.v128, .v128], .v128),
  vector(42, "i8x16.le_u", [.v128, .v128], .v128),
  vector(43, "i8x16.ge_s", [.v128, .v128], .v128),
  vector(44, "i8x16.ge_u", [.v128, .v128], .v128),
  vector(45, "i16x8.eq", [.v128, .v128], .v128),
  vector(46, "i16x8.ne", [.v128, .v128], .v128),
  vector(47, "i16x8.lt_s", [.v128, .v128], .v128),
  vector(48, "i16x8.lt_u", [.v128, .v128], .v128),
  vector(49, "i16x8.gt_s", [.v128, .v128], .v128),
  vector(50, "i16x8.gt_u", [.v128, .v128], .v128),
  vector(51, "i16x8.le_s", [.v128, .v128], .v128),
  vector(52, "i16x8.le_u", [.v128, .v128], .v128),
  vector(53, "i16x8.ge_s", [.v128, .v128], .v128),
  vector(54, "i16x8.ge_u", [.v128, .v128], .v128),
  vector(55, "i32x4.eq", [.v128, .v128], .v128),
  vector(56, "i32x4.ne", [.v128, .v128], .v128),
  vector(57, "i32x4.lt_s", [.v128, .v128], .v128),
  vector(58, "i32x4.lt_u", [.v128, .v128], .v128),
  vector(59, "i32x4.gt_s", [.v128, .v128], .v128),
  vector(60, "i32x4.gt_u", [.v128, .v128], .v128),
  vector(61, "i32x4.le_s", [.v128, .v128], .v128),
  vector(62, "i32x4.le_u", [.v128, .v128], .v128),
  vector(63, "i32x4.ge_s", [.v128, .v128], .v128),
  vector(64, "i32x4.ge_u", [.v128, .v128], .v128),
  vector(65, "f32x4.eq", [.v128, .v128], .v128),
  vector(66, "f32x4.ne", [.v128, .v128], .v128),
  vector(67, "f32x4.lt", [.v128, .v128], .v128),
  vector(68, "f32x4.gt", [.v128, .v128], .v128),
  vector(69, "f32x4.le", [.v128, .v128], .v128),
  vector(70, "f32x4.ge", [.v128, .v128], .v128),
  vector(71, "f64x2.eq", [.v128, .v128], .v128),
  vector(72, "f64x2.ne", [.v128, .v128], .v128),
  vector(73, "f64x2.lt", [.v128, .v128], .v128),
  vector(74, "f64x2.gt", [.v128, .v128], .v128),
  vector(75, "f64x2.le", [.v128, .v128], .v128),
  vector(76, "f64x2.ge", [.v128, .v128], .v128),
  vector(77, "v128.not", [.v128], .v128),
  vector(78, "v128.and", [.v128, .v128], .v128),
  vector(79, "v128.andnot", [.v128, .v128], .v128),
  vector(80, "v128.or", [.v128, .v128], .v128),
  vector(81, "v128.xor", [.v128, .v128], .v128),
  vector(82, "v128.bitselect", [.v128, .v128, .v128], .v128),
  vector(83, "v128.any_true", [.v128], .i32),
  vector(94, "f32x4.demote_f64x2_zero", [.v128], .v128),
  vector(95, "f64x2.promote_low_f32x4", [.v128], .v128),
  vector(96, "i8x16.abs", [.v128], .v128),
  vector(97, "i8x16.neg", [.v128], .v128),
  vector(98, "i8x16.popcnt", [.v128], .v128),
  vector(99, "i8x16.all_true", [.v128], .i32),
  vector(100, "i8x16.bitmask", [.v128], .i32),
  vector(101, "i8x16.narrow_i16x8_s", [.v128, .v128], .v128),
  vector(102, "i8x16.narrow_i16x8_u", [.v128, .v128], .v128),
  vector(103, "f32x4.ceil", [.v128], .v128),
  vector(104, "f32x4.floor", [.v128], .v128),
  vector(105, "f32x4.trunc", [.v128], .v128),
  vector(106, "f32x4.nearest", [.v128], .v128),
  vector(107, "i8x16.shl", [.v128, .i32], .v128),
  vector(108, "i8x16.shr_s", [.v128, .i32], .v128),
  vector(109, "i8x16.shr_u", [.v128, .i32], .v128),
  vector(110, "i8x16.add", [.v128, .v128], .v128),
  vector(111, "i8x16.add_sat_s", [.v128, .v128], .v128),
  vector(112, "i8x16.add_sat_u", [.v128, .v128], .v128),
  vector(113, "i8x16.sub", [.v128, .v128], .v128),
  vector(114, "i8x16.sub_sat_s", [.v128, .v128], .v128),
  vector(115, "i8x16.sub_sat_u", [.v128, .v128], .v128),
  vector(116, "f64x2.ceil", [.v128], .v128),
  vector(117, "f64x2.floor", [.v128], .v128),
  vector(118, "i8x16.min_s", [.v128, .v128], .v128),
  vector(119, "i8x16.min_u", [.v128, .v128], .v128),
  vector(120, "i8x16.max_s", [.v128, .v128], .v128),
  vector(121, "i8x16.max_u", [.v128, .v128], .v128),
  vector(122, "f64x2.trunc", [.v128], .v128),
  vector(123, "i8x16.avgr_u", [.v128, .v128], .v128),
  vector(124, "i16x8.extadd_pairwise_i8x16_s", [.v128], .v128),
  vector(125, "i16x8.extadd_pairwise_i8x16_u", [.v128], .v128),
  vector(126, "i32x4.extadd_pairwise_i16x8_s", [.v128], .v128),
  vector(127, "i32x4.extadd_pairwise_i16x8_u", [.v128], .v128),
  vector(128, "i16x8.abs", [.v128], .v128),
  vector(129, "i16x8.neg", [.v128], .v128),
  vector(130, "i16x8.q15mulr_sat_s", [.v128, .v128], .v128),
  vector(131, "i16x8.all_true", [.v128], .i32),
  vector(132, "i16x8.bitmask", [.v128], .i32),
  vector(133, "i16x8.narrow_i32x4_s", [.v128, .v128], .v128),
  vector(134, "i16x8.narrow_i32x4_u", [.v128, .v128], .v128),
  vector(135, "i16x8.extend_low_i8x16_s", [.v128], .v128),
  vector(136, "i16x8.extend_high_i8x16_s", [.v128], .v128),
  vector(137, "i16x8.extend_low_i8x16_u", [.v128], .v128),
  vector(138, "i16x8.extend_high_i8x16_u", [.v128], .v128),
  vector(139, "i16x8.shl", [.v128, .i32], .v128),
  vector(140, "i16x8.shr_s", [.v128, .i32], .v128),
  vector(141, "i16x8.shr_u", [.v128, .i32], .v128),
  vector(142, "i16x8.add", [.v128, .v128], .v128),
  vector(143, "i16x8.add_sat_s", [.v128, .v128], .v128),
  vector(144, "i16x8.add_sat_u", [.v128, .v128], .v128),
  vector(145, "i16x8.sub", [.v128, .v128], .v128),
  vector(146, "i16x8.sub_sat_s", [.v128, .v128], .v128),
  vector(147, "i16x8.sub_sat_u", [.v128, .v128], .v128),
  vector(148, "f64x2.nearest", [.v128], .v128),
  vector(149, "i16x8.mul", [.v128, .v128], .v128),
  vector(150, "i16x8.min_s", [.v128, .v128], .v128),
  vector(151, "i16x8.min_u", [.v128, .v128], .v128),
  vector(152, "i16x8.max_s", [.v128, .v128], .v128),
  vector(153, "i16x8.max_u", [.v128, .v128], .v128),
  vector(155, "i16x8.avgr_u", [.v128, .v128], .v128),
  vector(156, "i16x8.extmul_low_i8x16_s", [.v128, .v128], .v128),
  vector(157, "i16x8.extmul_high_i8x16_s", [.v128, .v128], .v128),
  vector(158, "i16x8.extmul_low_i8x16_u", [.v128, .v128], .v128),
  vector(159, "i16x8.extmul_high_i8x16_u", [.v128, .v128], .v128),
  vector(160, "i32x4.abs", [.v128], .v128),
  vector(161, "i32x4.neg", [.v128], .v128),
  vector(163, "i32x4.all_true", [.v128], .i32),
  vector(164, "i32x4.bitmask", [.v128], .i32),
  vector(167, "i32x4.extend_low_i16x8_s", [.v128], .v128),
  vector(168, "i32x4.extend_high_i16x8_s", [.v128], .v128),
  vector(169, "i32x4.extend_low_i16x8_u", [.v128], .v128),
  vector(170, "i32x4.extend_high_i16x8_u", [.v128], .v128),
  vector(171, "i32x4.shl", [.v128, .i32], .v128),
  vector(172, "i32x4.shr_s", [.v128, .i32], .v128),
  vector(173, "i32x4.shr_u", [.v128, .i32], .v128),
  vector(174, "i32x4.add", [.v128, .v128], .v128),
  vector(177, "i32x4.sub", [.v128, .v128], .v128),
  vector(181, "i32x4.mul", [.v128, .v128], .v128),
  vector(182, "i32x4.min_s", [.v128, .v128], .v128),
  vector(183, "i32x4.min_u", [.v128, .v128], .v128),
  vector(184, "i32x4.max_s", [.v128, .v128], .v128),
  vector(185, "i32x4.max_u", [.v128, .v128], .v128),
  vector(186, "i32x4.dot_i16x8_s", [.v128, .v128], .v128),
  vector(188, "i32x4.extmul_low_i16x8_s", [.v128, .v128], .v128),
  vector(189, "i32x4.extmul_high_i16x8_s", [.v128, .v128], .v128),
  vector(190, "i32x4.extmul_low_i16x8_u", [.v128, .v128], .v128),
  vector(191, "i32x4.extmul_high_i16x8_u", [.v128, .v128], .v128),
  vector(192, "i64x2.abs", [.v128], .v128),
  vector(193, "i64x2.neg", [.v128], .v128),
  vector(195, "i64x2.all_true", [.v128], .i32),
  vector(196, "i64x2.bitmask", [.v128], .i32),
  vector(199, "i64x2.extend_low_i32x4_s", [.v128], .v128),
  vector(200, "i64x2.extend_high_i32x4_s", [.v128], .v128),
  vector(201, "i64x2.extend_low_i32x4_u", [.v128], .v128),
  vector(202, "i64x2.extend_high_i32x4_u", [.v128], .v128),
  vector(203, "i64x2.shl", [.v128, .i32], .v128),
  vector(204, "i64x2.shr_s", [.v128, .i32], .v128),
  vector(205, "i64x2.shr_u", [.v128, .i32], .v128),
  vector(206, "i64x2.add", [.v128, .v128], .v128),
  vector(209, "i64x2.sub", [.v128, .v128], .v128),
  vector(213, "i64x2.mul", [.v128, .v128], .v128),
  vector(214, "i64x2.eq", [.v128, .v128], .v128),
  vector(215, "i64x2.ne", [.v128, .v128], .v128),
  vector(216, "i64x2.lt_s", [.v128, .v128], .v128),
  vector(217, "i64x2.gt_s", [.v128, .v128], .v128),
  vector(218, "i64x2.le_s", [.v128, .v128], .v128),
  vector(219, "i64x2.ge_s", [.v128, .v128], .v128),
  vector(220, "i64x2.extmul_low_i32x4_s", [.v128, .v128], .v128),
  vector(221, "i64x2.extmul_high_i32x4_s", [.v128, .v128], .v128),
  vector(222, "i64x2.extmul_low_i32x4_u", [.v128, .v128], .v128),
  vector(223, "i64x2.extmul_high_i32x4_u", [.v128, .v128], .v128),
  vector(224, "f32x4.abs", [.v128], .v128),
  vector(225, "f32x4.neg", [.v128], .v128),
  vector(227, "f32x4.sqrt", [.v128], .v128),
  vector(228, "f32x4.add", [.v128, .v128], .v128),
  vector(229, "f32x4.sub", [.v128, .v128], .v128),
  vector(230, "f32x4.mul", [.v128, .v128], .v128),
  vector(231, "f32x4.div", [.v128, .v128], .v128),
  vector(232, "f32x4.min", [.v128, .v128], .v128),
  vector(233, "f32x4.max", [.v128, .v128], .v128),
  vector(234, "f32x4.pmin", [.v128, .v128], .v128),
  vector(235, "f32x4.pmax", [.v128, .v128], .v128),
  vector(236, "f64x2.abs", [.v128], .v128),
  vector(237, "f64x2.neg", [.v128], .v128),
  vector(239, "f64x2.sqrt", [.v128], .v128),
  vector(240, "f64x2.add", [.v128, .v128], .v128),
  vector(241, "f64x2.sub", [.v128, .v128], .v128),
  vector(242, "f64x2.mul", [.v128, .v128], .v128),
  vector(243, "f64x2.div", [.v128, .v128], .v128),
  vector(244, "f64x2.min", [.v128, .v128], .v128),
  vector(245, "f64x2.max", [.v128, .v128], .v128),
  vector(246, "f64x2.pmin", [.v128, .v128], .v128),
  vector(247, "f64x2.pmax", [.v128, .v128], .v128),
  vector(248, "i32x4.trunc_sat_f32x4_s", [.v128], .v128),
  vector(249, "i32x4.trunc_sat_f32x4_u", [.v128], .v128),
  vector(250, "f32x4.convert_i32x4_s", [.v128], .v128),
  vector(251, "f32x4.convert_i32x4_u", [.v128], .v128),
  vector(252, "i32x4.trunc_sat_f64x2_s_zero", [.v128], .v128),
  vector(253, "i32x4.trunc_sat_f64x2_u_zero", [.v128], .v128),
  vector(254, "f64x2.convert_low_i32x4_s", [.v128], .v128),
  vector(255, "f64x2.convert_low_i32x4_u", [.v128], .v128),
]

private let relaxedVectorInstructions: [InstructionRow] = [
  relaxed(256, "i8x16.relaxed_swizzle", operandCount: 2, sameAs: "i8x16.swizzle"),
  relaxed(257, "i32x4.relaxed_trunc_f32x4_s", operandCount: 1, sameAs: "i32x4.trunc_sat_f32x4_s"),
  relaxed(258, "i32x4.relaxed_trunc_f32x4_u", operandCount: 1, sameAs: "i32x4.trunc_sat_f32x4_u"),
  relaxed(259, "i32x4.relaxed_trunc_f64x2_s_zero", operandCount: 1, sameAs: "i32x4.trunc_sat_f64x2_s_zero"),
  relaxed(260, "i32x4.relaxed_trunc_f64x2_u_zero", operandCount: 1, sameAs: "i32x4.trunc_sat_f64x2_u_zero"),
  relaxed(261, "f32x4.relaxed_madd", operandCount: 3),
  relaxed(262, "f32x4.relaxed_nmadd", operandCount: 3),
  relaxed(263, "f64x2.relaxed_madd", operandCount: 3),
  relaxed(264, "f64x2.relaxed_nmadd", operandCount: 3),
  relaxed(265, "i8x16.relaxed_laneselect", operandCount: 3, sameAs: "v128.bitselect"),
  relaxed(266, "i16x8.relaxed_laneselect", operandCount: 3, sameAs: "v128.bitselect"),
  relaxed(267, "i32x4.relaxed_laneselect", operandCount: 3, sameAs: "v128.bitselect"),
  relaxed(268, "i64x2.relaxed_laneselect", operandCount: 3, sameAs: "v128.bitselect"),
  relaxed(269, "f32x4.relaxed_min", operandCount: 2, sameAs: "f32x4.min"),
  relaxed(270, "f32x4.relaxed_max", operandCount: 2, sameAs: "f32x4.max"),
  relaxed(271, "f64x2.relaxed_min", operandCount: 2, sameAs: "f64x2.min"),
  relaxed(272, "f64x2.relaxed_max", operandCount: 2, sameAs: "f64x2.max"),
  relaxed(273, "i16x8.relaxed_q15mulr_s", operandCount: 2, sameAs: "i16x8.q15mulr_sat_s"),
  relaxed(274, "i16x8.relaxed_dot_i8x16_i7x16_s", operandCount: 2),
  relaxed(275, "i32x4.relaxed_dot_i8x16_i7x16_add_s", operandCount: 3),
]
