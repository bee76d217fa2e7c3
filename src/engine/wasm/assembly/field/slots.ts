// The table through which the host tells the kernel every size and address, as slots of four bytes. Plain constants
// only: this file is compiled by both AssemblyScript and TypeScript. Slots hold i32 unless said otherwise.

/** Points of a block: the unit of work of a thread, and the row count of its matrices. */
export const BLOCK = 64
/** Depth maps are reduced and updated in units of this many values; planes in units of one node. */
export const DEPTH_UNIT = 32

export const THREADS = 0
export const FRAMES = 1
export const LAYERS = 2
export const PLANES_PER_LAYER = 3
/** Channels of a plane node, padded to a multiple of 4, as all widths below. */
export const PLANE_CHANNELS = 4
export const FEATURES = 5
export const HIDDEN1 = 6
export const HIDDEN2 = 7
export const OUTPUTS = 8
export const CONTROL_POINTS = 9
export const TIME_TABLES = 10
export const TIME_CHANNELS = 11
export const TIME_FEATURES = 12
export const DEPTH_WIDTH = 13
export const DEPTH_HEIGHT = 14
/** f32 */
export const WIDTH = 15
export const HEIGHT = 16
export const FOCAL = 17
export const DEPTH_FLOOR = 18
/** f32 × 3 */
export const CENTRE = 19
export const RANGE = 22
/** Addresses of small integer tables: [layers], [planes], bytes [layers·planes], units [layers·planes], [tables], bytes [tables]. */
export const AXES = 25
export const PLANE_SIZES = 26
export const PLANE_OFFSETS = 27
export const PLANE_UNITS = 28
export const TIME_NODES = 29
export const TIME_OFFSETS = 30
/** Addresses of the parameter groups, and distances in bytes from a value to its moments and to thread 0's gradient. */
export const PLANES = 31
export const TIME = 32
export const NETWORK = 33
export const DEPTH = 34
export const TO_FIRST = 35
export const TO_SECOND = 36
export const TO_GRADIENT = 37
export const GRADIENT_STRIDE = 38
export const PRIOR = 39
export const PLANE_UNIT_COUNT = 40
export const DEPTH_UNIT_COUNT = 41
/** A byte per unit, planes first, then depth: set where a first moment is not zero. */
export const ACTIVE = 42
/** The same, per thread: set where this step's gradient was written. */
export const TOUCHED = 43
export const TOUCHED_STRIDE = 44
export const TRANSPOSED = 45
/** f32 [frames][layers][hidden1] */
export const FRAME_BIAS = 46
/** f32 [frames][time features] */
export const FRAME_TIME = 47
export const FRAME_TIME_GRADIENT = 48
export const FRAME_BIAS_GRADIENT = 49
export const FRAME_BIAS_GRADIENT_STRIDE = 50
export const WORKSPACE = 51
export const WORKSPACE_STRIDE = 52
/** f64 × 16 per thread: eight losses in the order of the report, squared norms of network and depth. */
export const STATS = 53
export const STATS_STRIDE = 54
export const BARRIER = 55
export const TIME_LENGTH = 56
export const NETWORK_LENGTH = 57
/** 1 for affine couplings, 0 for piecewise-linear ones. */
export const AFFINE = 58

// Set for every operation.
export const USED_FRAMES = 64
export const USED_COUNT = 65
/** i32 [blocks][4]: source frame, target frame, first point, points. */
export const BLOCKS = 66
export const BLOCK_COUNT = 67
export const SOURCE = 68
export const TARGET = 69
export const KIND = 70
export const WEIGHT = 71
export const RESIDUAL = 72
export const COUPLES = 73
/** f32: 1 / points of the batch. */
export const SHARE = 74
/** f32 × 11 in the order of LossWeights. */
export const LOSS_WEIGHTS = 75
/** f32 */
export const RATE_NETWORK = 86
export const RATE_DEPTH = 87
export const CLIP_NETWORK = 88
export const CLIP_DEPTH = 89
export const CORRECT1 = 90
export const CORRECT2 = 91
/** Readout: f32 [points][4] canonical points; targets; results; 1 when depths to lift from are given in WEIGHT; queries. */
export const CANONICAL = 92
export const TARGETS = 93
export const TARGET_COUNT = 94
export const OUT_POSITIONS = 95
export const OUT_DEPTHS = 96
export const OUT_SURFACE = 97
export const HAS_DEPTHS = 98
export const QUERY_COUNT = 99

export const SLOTS = 128

/** Index in STATS. */
export const STAT_PIXEL = 0
export const STAT_LONG_TERM = 1
export const STAT_CORRECTION = 2
export const STAT_DEPTH = 3
export const STAT_PRIOR = 4
export const STAT_PRIOR_GRADIENT = 5
export const STAT_OCCLUSION = 6
export const STAT_FLOW_GRADIENT = 7
export const STAT_NETWORK_NORM = 8
export const STAT_DEPTH_NORM = 9
export const STAT_COUNT = 16
