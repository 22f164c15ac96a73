"""Instructions without immediates: what they take and what they give."""


def _table():
    table = []

    def add(type, names, operands, result):
        for name in names.split():
            table.append((f'{type}.{name}', tuple(operands.split()), result))

    for t in ('i32', 'i64'):
        add(t, 'add sub mul and or xor shl shr_s shr_u rotl rotr', f'{t} {t}', t)
        add(t, 'add sub sub and shl', f'{t} {t}', t)
        add(t, 'clz ctz popcnt extend8_s extend16_s', t, t)
        add(t, 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u', f'{t} {t}', 'i32')
        add(t, 'eqz', t, 'i32')
    for t in ('f32', 'f64'):
        add(t, 'add sub mul div min max copysign', f'{t} {t}', t)
        add(t, 'abs neg ceil floor trunc nearest sqrt', t, t)
        add(t, 'eq ne lt gt le ge', f'{t} {t}', 'i32')
        for i in ('i32', 'i64'):
            add(t, f'convert_{i}_s convert_{i}_u', i, t)
            add(i, f'trunc_sat_{t}_s trunc_sat_{t}_u', t, i)
    add('i32', 'wrap_i64', 'i64', 'i32')
    add('i64', 'extend_i32_s extend_i32_u', 'i32', 'i64')
    add('i64', 'extend32_s', 'i64', 'i64')
    add('f32', 'demote_f64', 'f64', 'f32')
    add('f64', 'promote_f32', 'f32', 'f64')
    add('f32', 'reinterpret_i32', 'i32', 'f32')
    add('f64', 'reinterpret_i64', 'i64', 'f64')
    add('i32', 'reinterpret_f32', 'f32', 'i32')
    add('i64', 'reinterpret_f64', 'f64', 'i64')
    return table


SCALAR = _table()

# Trap for some operands; the generator mostly chooses others.
DIVISIONS = {t: [f'{t}.{name}' for name in ('div_s', 'div_u', 'rem_s', 'rem_u')] for t in ('i32', 'i64')}
TRUNCATIONS = {
    i: [(f'{i}.trunc_{f}_{s}', f) for f in ('f32', 'f64') for s in 'su'] for i in ('i32', 'i64')
}

# Of these the bits of a NaN operand can be seen: (position of the operand, its type).
SHOWS_NAN = {
    'f32.copysign': (1, 'f32'),
    'f64.copysign': (1, 'f64'),
    'i32.reinterpret_f32': (0, 'f32'),
    'i64.reinterpret_f64': (0, 'f64'),
    'f32x4.splat': (0, 'f32'),
    'f64x2.splat': (0, 'f64'),
}

CONVERSIONS_OF_NANS = {'f32.demote_f64': 'f32', 'f64.promote_f32': 'f64', 'f32x4.demote_f64x2_zero': 'f32x4',
                       'f64x2.promote_low_f32x4': 'f64x2'}

WIDE = [
    ('i64.add128', ('i64',) * 4),
    ('i64.sub128', ('i64',) * 4),
    ('i64.mul_wide_s', ('i64',) * 2),
    ('i64.mul_wide_u', ('i64',) * 2),
]

LOADS = {
    'i32': [('i32.load', 4), ('i32.load8_s', 1), ('i32.load8_u', 1), ('i32.load16_s', 2), ('i32.load16_u', 2)],
    'i64': [('i64.load', 8), ('i64.load8_s', 1), ('i64.load8_u', 1), ('i64.load16_s', 2), ('i64.load16_u', 2),
            ('i64.load32_s', 4), ('i64.load32_u', 4)],
    'f32': [('f32.load', 4)],
    'f64': [('f64.load', 8)],
}
STORES = {
    'i32': [('i32.store', 4), ('i32.store8', 1), ('i32.store16', 2)],
    'i64': [('i64.store', 8), ('i64.store8', 1), ('i64.store16', 2), ('i64.store32', 4)],
    'f32': [('f32.store', 4)],
    'f64': [('f64.store', 8)],
}

VECTOR_LOADS = [
    ('v128.load', 16), ('v128.load8x8_s', 8), ('v128.load8x8_u', 8), ('v128.load16x4_s', 8), ('v128.load16x4_u', 8),
    ('v128.load32x2_s', 8), ('v128.load32x2_u', 8), ('v128.load8_splat', 1), ('v128.load16_splat', 2),
    ('v128.load32_splat', 4), ('v128.load64_splat', 8), ('v128.load32_zero', 4), ('v128.load64_zero', 8),
]
LANES = {'i8x16': 16, 'i16x8': 8, 'i32x4': 4, 'i64x2': 2, 'f32x4': 4, 'f64x2': 2}
LANE_TYPE = {'i8x16': 'i32', 'i16x8': 'i32', 'i32x4': 'i32', 'i64x2': 'i64', 'f32x4': 'f32', 'f64x2': 'f64'}


def _vectors():
    table = []

    def add(shape, names, operands, result='v128'):
        for name in names.split():
            table.append((f'{shape}.{name}', tuple(operands.split()), result))

    v, vv = 'v128', 'v128 v128'
    add('v128', 'not', v)
    add('v128', 'and andnot or xor', vv)
    add('v128', 'bitselect', 'v128 v128 v128')
    add('v128', 'any_true', v, 'i32')
    for shape in ('i8x16', 'i16x8', 'i32x4', 'i64x2'):
        add(shape, 'abs neg', v)
        add(shape, 'add sub eq ne lt_s gt_s le_s ge_s', vv)
        add(shape, 'shl shr_s shr_u', 'v128 i32')
        add(shape, 'all_true bitmask', v, 'i32')
        if shape != 'i64x2':
            add(shape, 'lt_u gt_u le_u ge_u min_s min_u max_s max_u', vv)
        if shape != 'i8x16':
            add(shape, 'mul', vv)
    add('i8x16', 'popcnt', v)
    add('i8x16', 'swizzle narrow_i16x8_s narrow_i16x8_u add_sat_s add_sat_u sub_sat_s sub_sat_u avgr_u', vv)
    add('i16x8', 'narrow_i32x4_s narrow_i32x4_u add_sat_s add_sat_u sub_sat_s sub_sat_u avgr_u q15mulr_sat_s', vv)
    add('i32x4', 'dot_i16x8_s', vv)
    for wide, narrow in (('i16x8', 'i8x16'), ('i32x4', 'i16x8'), ('i64x2', 'i32x4')):
        for half in ('low', 'high'):
            for sign in 'su':
                add(wide, f'extend_{half}_{narrow}_{sign}', v)
                add(wide, f'extmul_{half}_{narrow}_{sign}', vv)
        if wide != 'i64x2':
            add(wide, f'extadd_pairwise_{narrow}_s extadd_pairwise_{narrow}_u', v)
    for shape in ('f32x4', 'f64x2'):
        add(shape, 'abs neg sqrt ceil floor trunc nearest', v)
        add(shape, 'add sub mul div min max pmin pmax', vv)
        add(shape, 'eq ne lt gt le ge', vv)
    add('f32x4', 'convert_i32x4_s convert_i32x4_u demote_f64x2_zero', v)
    add('f64x2', 'convert_low_i32x4_s convert_low_i32x4_u promote_low_f32x4', v)
    add('i32x4', 'trunc_sat_f32x4_s trunc_sat_f32x4_u trunc_sat_f64x2_s_zero trunc_sat_f64x2_u_zero', v)
    for shape, type in LANE_TYPE.items():
        add(shape, 'splat', type)
    return table


VECTOR = _vectors()

# Without relaxed_madd and relaxed_nmadd, which may round once or twice: engines differ. The others give what the
# deterministic profile says in both.
RELAXED = [
    ('i8x16.relaxed_swizzle', ('v128',) * 2, 'v128'),
    ('i32x4.relaxed_trunc_f32x4_s', ('v128',), 'v128'),
    ('i32x4.relaxed_trunc_f32x4_u', ('v128',), 'v128'),
    ('i32x4.relaxed_trunc_f64x2_s_zero', ('v128',), 'v128'),
    ('i32x4.relaxed_trunc_f64x2_u_zero', ('v128',), 'v128'),
    ('i8x16.relaxed_laneselect', ('v128',) * 3, 'v128'),
    ('i16x8.relaxed_laneselect', ('v128',) * 3, 'v128'),
    ('i32x4.relaxed_laneselect', ('v128',) * 3, 'v128'),
    ('i64x2.relaxed_laneselect', ('v128',) * 3, 'v128'),
    ('f32x4.relaxed_min', ('v128',) * 2, 'v128'),
    ('f32x4.relaxed_max', ('v128',) * 2, 'v128'),
    ('f64x2.relaxed_min', ('v128',) * 2, 'v128'),
    ('f64x2.relaxed_max', ('v128',) * 2, 'v128'),
    ('i16x8.relaxed_q15mulr_s', ('v128',) * 2, 'v128'),
    ('i16x8.relaxed_dot_i8x16_i7x16_s', ('v128',) * 2, 'v128'),
    ('i32x4.relaxed_dot_i8x16_i7x16_add_s', ('v128',) * 3, 'v128'),
]


def vector_shows_nan(name):
    """The shape whose NaNs the vector instruction `name` makes, if it makes any."""
    shape, rest = name.split('.')
    if shape in ('f32x4', 'f64x2') and not rest in ('eq', 'ne', 'lt', 'gt', 'le', 'ge', 'splat'):
        return shape
    return None


ATOMIC_WIDTHS = {'i32': [('', 4), ('8', 1), ('16', 2)], 'i64': [('', 8), ('8', 1), ('16', 2), ('32', 4)]}
ATOMIC_OPERATIONS = ['add', 'sub', 'and', 'or', 'xor', 'xchg', 'cmpxchg']


def atomic_name(type, width, operation):
    if width == '':
        return f'{type}.atomic.rmw.{operation}'
    return f'{type}.atomic.rmw{width}.{operation}_u'
