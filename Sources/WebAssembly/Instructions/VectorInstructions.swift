/// Vector instructions (Core 5.4.8). As with the other memory accesses, the rows show addresses as i32 and
/// validation takes their type from the memory.

extension Opcode {
  @inlinable public static var v128Const: Opcode { Opcode(prefix: 0xFD, 12) }
  @inlinable public static var i8x16Shuffle: Opcode { Opcode(prefix: 0xFD, 13) }
}

extension Signature {
  fileprivate static var unary: Signature { Signature(.v128, to: .v128) }
  fileprivate static var binary: Signature { Signature(.v128, .v128, to: .v128) }
  fileprivate static var ternary: Signature { Signature(.v128, .v128, .v128, to: .v128) }
}

private func row(_ code: UInt32, _ mnemonic: String, _ signature: Signature, sameAs other: String? = nil)
  -> InstructionRow
{
  .init(Opcode(prefix: 0xFD, code), mnemonic, .simd, .none, signature, .vector(sameAs: other))
}

private func unary(_ code: UInt32, _ mnemonic: String) -> InstructionRow {
  row(code, mnemonic, .unary)
}

private func binary(_ code: UInt32, _ mnemonic: String) -> InstructionRow {
  row(code, mnemonic, .binary)
}

private func ternary(_ code: UInt32, _ mnemonic: String) -> InstructionRow {
  row(code, mnemonic, .ternary)
}

private func shift(_ code: UInt32, _ mnemonic: String) -> InstructionRow {
  row(code, mnemonic, Signature(.v128, .i32, to: .v128))
}

private func test(_ code: UInt32, _ mnemonic: String) -> InstructionRow {
  row(code, mnemonic, Signature(.v128, to: .i32))
}

private func splat(_ code: UInt32, _ mnemonic: String, _ type: ValueType, sameAs other: String? = nil)
  -> InstructionRow
{
  row(code, mnemonic, Signature(type, to: .v128), sameAs: other)
}

private func load(_ code: UInt32, _ mnemonic: String, _ width: Int) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .simd, .memoryArgument, Signature(.i32, to: .v128), .vector(),
    width: width)
}

private func loadLane(_ code: UInt32, _ mnemonic: String, _ width: Int) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .simd, .memoryArgumentLane, Signature(.i32, .v128, to: .v128),
    .vector(), width: width)
}

private func storeLane(_ code: UInt32, _ mnemonic: String, _ width: Int) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .simd, .memoryArgumentLane, Signature(.i32, .v128), .vector(),
    width: width)
}

private func extractLane(
  _ code: UInt32, _ mnemonic: String, _ type: ValueType, _ width: Int, sameAs other: String? = nil
) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .simd, .lane, Signature(.v128, to: type), .vector(sameAs: other),
    width: width)
}

private func replaceLane(
  _ code: UInt32, _ mnemonic: String, _ type: ValueType, _ width: Int, sameAs other: String? = nil
) -> InstructionRow {
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .simd, .lane, Signature(.v128, type, to: .v128),
    .vector(sameAs: other),
    width: width)
}

/// What a relaxed instruction may answer includes what a strict one does, with which it shares its meaning.
private func relaxed(_ code: UInt32, _ mnemonic: String, _ signature: Signature, sameAs strict: String? = nil)
  -> InstructionRow
{
  .init(
    Opcode(prefix: 0xFD, code), mnemonic, .relaxedSIMD, .none, signature, .vector(sameAs: strict))
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
    Opcode(prefix: 0xFD, 11), "v128.store", .simd, .memoryArgument, Signature(.i32, .v128), .vector(),
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
  .init(.v128Const, "v128.const", .simd, .v128, Signature(to: .v128), .vector(), facts: .isConstant),
  .init(.i8x16Shuffle, "i8x16.shuffle", .simd, .lanes16, Signature(.v128, .v128, to: .v128), .vector()),
  binary(14, "i8x16.swizzle"),
  splat(15, "i8x16.splat", .i32),
  splat(16, "i16x8.splat", .i32),
  splat(17, "i32x4.splat", .i32),
  splat(18, "i64x2.splat", .i64),
  splat(19, "f32x4.splat", .f32, sameAs: "i32x4.splat"),
  splat(20, "f64x2.splat", .f64, sameAs: "i64x2.splat"),
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
  binary(35, "i8x16.eq"),
  binary(36, "i8x16.ne"),
  binary(37, "i8x16.lt_s"),
  binary(38, "i8x16.lt_u"),
  binary(39, "i8x16.gt_s"),
  binary(40, "i8x16.gt_u"),
  binary(41, "i8x16.le_s"),
  binary(42, "i8x16.le_u"),
  binary(43, "i8x16.ge_s"),
  binary(44, "i8x16.ge_u"),
  binary(45, "i16x8.eq"),
  binary(46, "i16x8.ne"),
  binary(47, "i16x8.lt_s"),
  binary(48, "i16x8.lt_u"),
  binary(49, "i16x8.gt_s"),
  binary(50, "i16x8.gt_u"),
  binary(51, "i16x8.le_s"),
  binary(52, "i16x8.le_u"),
  binary(53, "i16x8.ge_s"),
  binary(54, "i16x8.ge_u"),
  binary(55, "i32x4.eq"),
  binary(56, "i32x4.ne"),
  binary(57, "i32x4.lt_s"),
  binary(58, "i32x4.lt_u"),
  binary(59, "i32x4.gt_s"),
  binary(60, "i32x4.gt_u"),
  binary(61, "i32x4.le_s"),
  binary(62, "i32x4.le_u"),
  binary(63, "i32x4.ge_s"),
  binary(64, "i32x4.ge_u"),
  binary(65, "f32x4.eq"),
  binary(66, "f32x4.ne"),
  binary(67, "f32x4.lt"),
  binary(68, "f32x4.gt"),
  binary(69, "f32x4.le"),
  binary(70, "f32x4.ge"),
  binary(71, "f64x2.eq"),
  binary(72, "f64x2.ne"),
  binary(73, "f64x2.lt"),
  binary(74, "f64x2.gt"),
  binary(75, "f64x2.le"),
  binary(76, "f64x2.ge"),
  unary(77, "v128.not"),
  binary(78, "v128.and"),
  binary(79, "v128.andnot"),
  binary(80, "v128.or"),
  binary(81, "v128.xor"),
  ternary(82, "v128.bitselect"),
  test(83, "v128.any_true"),
  unary(94, "f32x4.demote_f64x2_zero"),
  unary(95, "f64x2.promote_low_f32x4"),
  unary(96, "i8x16.abs"),
  unary(97, "i8x16.neg"),
  unary(98, "i8x16.popcnt"),
  test(99, "i8x16.all_true"),
  test(100, "i8x16.bitmask"),
  binary(101, "i8x16.narrow_i16x8_s"),
  binary(102, "i8x16.narrow_i16x8_u"),
  unary(103, "f32x4.ceil"),
  unary(104, "f32x4.floor"),
  unary(105, "f32x4.trunc"),
  unary(106, "f32x4.nearest"),
  shift(107, "i8x16.shl"),
  shift(108, "i8x16.shr_s"),
  shift(109, "i8x16.shr_u"),
  binary(110, "i8x16.add"),
  binary(111, "i8x16.add_sat_s"),
  binary(112, "i8x16.add_sat_u"),
  binary(113, "i8x16.sub"),
  binary(114, "i8x16.sub_sat_s"),
  binary(115, "i8x16.sub_sat_u"),
  unary(116, "f64x2.ceil"),
  unary(117, "f64x2.floor"),
  binary(118, "i8x16.min_s"),
  binary(119, "i8x16.min_u"),
  binary(120, "i8x16.max_s"),
  binary(121, "i8x16.max_u"),
  unary(122, "f64x2.trunc"),
  binary(123, "i8x16.avgr_u"),
  unary(124, "i16x8.extadd_pairwise_i8x16_s"),
  unary(125, "i16x8.extadd_pairwise_i8x16_u"),
  unary(126, "i32x4.extadd_pairwise_i16x8_s"),
  unary(127, "i32x4.extadd_pairwise_i16x8_u"),
  unary(128, "i16x8.abs"),
  unary(129, "i16x8.neg"),
  binary(130, "i16x8.q15mulr_sat_s"),
  test(131, "i16x8.all_true"),
  test(132, "i16x8.bitmask"),
  binary(133, "i16x8.narrow_i32x4_s"),
  binary(134, "i16x8.narrow_i32x4_u"),
  unary(135, "i16x8.extend_low_i8x16_s"),
  unary(136, "i16x8.extend_high_i8x16_s"),
  unary(137, "i16x8.extend_low_i8x16_u"),
  unary(138, "i16x8.extend_high_i8x16_u"),
  shift(139, "i16x8.shl"),
  shift(140, "i16x8.shr_s"),
  shift(141, "i16x8.shr_u"),
  binary(142, "i16x8.add"),
  binary(143, "i16x8.add_sat_s"),
  binary(144, "i16x8.add_sat_u"),
  binary(145, "i16x8.sub"),
  binary(146, "i16x8.sub_sat_s"),
  binary(147, "i16x8.sub_sat_u"),
  unary(148, "f64x2.nearest"),
  binary(149, "i16x8.mul"),
  binary(150, "i16x8.min_s"),
  binary(151, "i16x8.min_u"),
  binary(152, "i16x8.max_s"),
  binary(153, "i16x8.max_u"),
  binary(155, "i16x8.avgr_u"),
  binary(156, "i16x8.extmul_low_i8x16_s"),
  binary(157, "i16x8.extmul_high_i8x16_s"),
  binary(158, "i16x8.extmul_low_i8x16_u"),
  binary(159, "i16x8.extmul_high_i8x16_u"),
  unary(160, "i32x4.abs"),
  unary(161, "i32x4.neg"),
  test(163, "i32x4.all_true"),
  test(164, "i32x4.bitmask"),
  unary(167, "i32x4.extend_low_i16x8_s"),
  unary(168, "i32x4.extend_high_i16x8_s"),
  unary(169, "i32x4.extend_low_i16x8_u"),
  unary(170, "i32x4.extend_high_i16x8_u"),
  shift(171, "i32x4.shl"),
  shift(172, "i32x4.shr_s"),
  shift(173, "i32x4.shr_u"),
  binary(174, "i32x4.add"),
  binary(177, "i32x4.sub"),
  binary(181, "i32x4.mul"),
  binary(182, "i32x4.min_s"),
  binary(183, "i32x4.min_u"),
  binary(184, "i32x4.max_s"),
  binary(185, "i32x4.max_u"),
  binary(186, "i32x4.dot_i16x8_s"),
  binary(188, "i32x4.extmul_low_i16x8_s"),
  binary(189, "i32x4.extmul_high_i16x8_s"),
  binary(190, "i32x4.extmul_low_i16x8_u"),
  binary(191, "i32x4.extmul_high_i16x8_u"),
  unary(192, "i64x2.abs"),
  unary(193, "i64x2.neg"),
  test(195, "i64x2.all_true"),
  test(196, "i64x2.bitmask"),
  unary(199, "i64x2.extend_low_i32x4_s"),
  unary(200, "i64x2.extend_high_i32x4_s"),
  unary(201, "i64x2.extend_low_i32x4_u"),
  unary(202, "i64x2.extend_high_i32x4_u"),
  shift(203, "i64x2.shl"),
  shift(204, "i64x2.shr_s"),
  shift(205, "i64x2.shr_u"),
  binary(206, "i64x2.add"),
  binary(209, "i64x2.sub"),
  binary(213, "i64x2.mul"),
  binary(214, "i64x2.eq"),
  binary(215, "i64x2.ne"),
  binary(216, "i64x2.lt_s"),
  binary(217, "i64x2.gt_s"),
  binary(218, "i64x2.le_s"),
  binary(219, "i64x2.ge_s"),
  binary(220, "i64x2.extmul_low_i32x4_s"),
  binary(221, "i64x2.extmul_high_i32x4_s"),
  binary(222, "i64x2.extmul_low_i32x4_u"),
  binary(223, "i64x2.extmul_high_i32x4_u"),
  unary(224, "f32x4.abs"),
  unary(225, "f32x4.neg"),
  unary(227, "f32x4.sqrt"),
  binary(228, "f32x4.add"),
  binary(229, "f32x4.sub"),
  binary(230, "f32x4.mul"),
  binary(231, "f32x4.div"),
  binary(232, "f32x4.min"),
  binary(233, "f32x4.max"),
  binary(234, "f32x4.pmin"),
  binary(235, "f32x4.pmax"),
  unary(236, "f64x2.abs"),
  unary(237, "f64x2.neg"),
  unary(239, "f64x2.sqrt"),
  binary(240, "f64x2.add"),
  binary(241, "f64x2.sub"),
  binary(242, "f64x2.mul"),
  binary(243, "f64x2.div"),
  binary(244, "f64x2.min"),
  binary(245, "f64x2.max"),
  binary(246, "f64x2.pmin"),
  binary(247, "f64x2.pmax"),
  unary(248, "i32x4.trunc_sat_f32x4_s"),
  unary(249, "i32x4.trunc_sat_f32x4_u"),
  unary(250, "f32x4.convert_i32x4_s"),
  unary(251, "f32x4.convert_i32x4_u"),
  unary(252, "i32x4.trunc_sat_f64x2_s_zero"),
  unary(253, "i32x4.trunc_sat_f64x2_u_zero"),
  unary(254, "f64x2.convert_low_i32x4_s"),
  unary(255, "f64x2.convert_low_i32x4_u"),
]

private let relaxedVectorInstructions: [InstructionRow] = [
  relaxed(256, "i8x16.relaxed_swizzle", .binary, sameAs: "i8x16.swizzle"),
  relaxed(257, "i32x4.relaxed_trunc_f32x4_s", .unary, sameAs: "i32x4.trunc_sat_f32x4_s"),
  relaxed(258, "i32x4.relaxed_trunc_f32x4_u", .unary, sameAs: "i32x4.trunc_sat_f32x4_u"),
  relaxed(259, "i32x4.relaxed_trunc_f64x2_s_zero", .unary, sameAs: "i32x4.trunc_sat_f64x2_s_zero"),
  relaxed(260, "i32x4.relaxed_trunc_f64x2_u_zero", .unary, sameAs: "i32x4.trunc_sat_f64x2_u_zero"),
  relaxed(261, "f32x4.relaxed_madd", .ternary),
  relaxed(262, "f32x4.relaxed_nmadd", .ternary),
  relaxed(263, "f64x2.relaxed_madd", .ternary),
  relaxed(264, "f64x2.relaxed_nmadd", .ternary),
  relaxed(265, "i8x16.relaxed_laneselect", .ternary, sameAs: "v128.bitselect"),
  relaxed(266, "i16x8.relaxed_laneselect", .ternary, sameAs: "v128.bitselect"),
  relaxed(267, "i32x4.relaxed_laneselect", .ternary, sameAs: "v128.bitselect"),
  relaxed(268, "i64x2.relaxed_laneselect", .ternary, sameAs: "v128.bitselect"),
  relaxed(269, "f32x4.relaxed_min", .binary, sameAs: "f32x4.min"),
  relaxed(270, "f32x4.relaxed_max", .binary, sameAs: "f32x4.max"),
  relaxed(271, "f64x2.relaxed_min", .binary, sameAs: "f64x2.min"),
  relaxed(272, "f64x2.relaxed_max", .binary, sameAs: "f64x2.max"),
  relaxed(273, "i16x8.relaxed_q15mulr_s", .binary, sameAs: "i16x8.q15mulr_sat_s"),
  relaxed(274, "i16x8.relaxed_dot_i8x16_i7x16_s", .binary),
  relaxed(275, "i32x4.relaxed_dot_i8x16_i7x16_add_s", .ternary),
]
