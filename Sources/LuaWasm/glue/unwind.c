/* The two primitives of unwinding and their flag. In assembly because C can name neither a WebAssembly
 * global nor the stack pointer. The three symbols are exported to the pass, which takes the exports away. */

#include "unwind.h"

const void *unwind_target;

__asm__(
    "	.text\n"
    "	.globaltype	__stack_pointer, i32\n"
    "	.globaltype	unwind_flag, i32\n"
    "	.globl	unwind_flag\n"
    "unwind_flag:\n"

    "	.globl	unwind_throw\n"
    "	.type	unwind_throw,@function\n"
    "unwind_throw:\n"
    "	.functype	unwind_throw () -> ()\n"
    "	i32.const	1\n"
    "	global.set	unwind_flag\n"
    "	end_function\n"

    "	.globl	unwind_try\n"
    "	.type	unwind_try,@function\n"
    "unwind_try:\n"
    "	.functype	unwind_try (i32, i32, i32) -> (i32)\n"
    "	.local	i32\n"
    "	global.get	__stack_pointer\n"
    "	local.set	3\n"
    "	local.get	1\n"
    "	local.get	2\n"
    "	local.get	0\n"
    "	call_indirect	(i32, i32) -> ()\n"
    "	local.get	3\n"
    "	global.set	__stack_pointer\n"
    "	global.get	unwind_flag\n"
    "	i32.const	0\n"
    "	global.set	unwind_flag\n"
    "	end_function\n");
