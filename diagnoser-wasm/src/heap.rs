//! The heap of the module: blocks in sizes of powers of two, each size with a list of the blocks given back.
//!
//! A page runs one paste at a time and its tables live as long as it does, so little is ever given back, and what is, is
//! asked for again in the same size. A general allocator would cost a quarter of the module.
//!
//! The one place of the project with memory of its own making: hence `unsafe`.
#![allow(unsafe_code)]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::UnsafeCell;
use core::ptr::null_mut;

/// Bytes of a page of WebAssembly memory.
const PAGE: usize = 64 * 1024;
/// The smallest block, as a power of two; it must hold the link of its list and satisfy every alignment in use.
const SMALLEST: u32 = 4;

struct Lists {
    /// For each power of two the first block that was given back; its first word leads to the next one.
    given_back: [*mut u8; 32],
    /// Memory that was never given out: from here
    next: usize,
    /// to here.
    end: usize,
}

struct Heap(UnsafeCell<Lists>);

// SAFETY: the module is compiled without threads, so nobody else can be in here.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(Lists {
    given_back: [null_mut(); 32],
    next: 0,
    end: 0,
}));

/// The power of two of the block that holds what `layout` asks for.
fn class_of(layout: Layout) -> u32 {
    let size = layout.size().max(layout.align()).max(1 << SMALLEST);
    usize::BITS - (size - 1).leading_zeros()
}

// SAFETY: a block is given out once until it is given back; it is as long as its class, which is no shorter than what was
// asked for, and it begins at a multiple of the greatest alignment in use, 16 bytes.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let class = class_of(layout);
        if class > 30 || layout.align() > 1 << SMALLEST {
            return null_mut();
        }
        // SAFETY: there is one thread, and no reference of an earlier call lives on.
        let lists = unsafe { &mut *self.0.get() };
        let first = lists.given_back[class as usize];
        if !first.is_null() {
            // SAFETY: a block in the list holds the link that `dealloc` wrote.
            lists.given_back[class as usize] = unsafe { *first.cast::<*mut u8>() };
            return first;
        }
        let size = 1usize << class;
        if lists.end - lists.next < size {
            let pages = size.div_ceil(PAGE);
            let before = memory_grow(0, pages);
            if before == usize::MAX {
                return null_mut();
            }
            let from = before * PAGE;
            // What was left of the memory before is used up if the new memory follows it.
            if from != lists.end {
                lists.next = from;
            }
            lists.end = memory_size(0) * PAGE;
        }
        let block = lists.next;
        lists.next += size;
        block as *mut u8
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: one thread; the block came from `alloc` with this layout and nobody uses it any more.
        unsafe {
            let lists = &mut *self.0.get();
            let class = class_of(layout) as usize;
            *block.cast::<*mut u8>() = lists.given_back[class];
            lists.given_back[class] = block;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller vouches that `size` and the alignment make a layout.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if class_of(wanted) == class_of(layout) {
            return block;
        }
        // SAFETY: both blocks are at least as long as what is copied, and they are apart from each other.
        unsafe {
            let moved = self.alloc(wanted);
            if !moved.is_null() {
                core::ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}
