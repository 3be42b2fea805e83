//! Takes out of the browser module what only serves to word panics. Nobody reads those words: the page sees a trap. The
//! compiler cannot know that, for the panics of the core library are compiled to format them.
//!
//! Nothing that can be observed changes: what is removed is work before a certain trap, and what is then unreachable.

use std::collections::HashSet;

use walrus::ir::{Call, Instr, InstrSeqId, Unreachable};
use walrus::{ElementItems, FunctionId, FunctionKind, LocalFunction, Module};

/// Takes out what only wasm-bindgen's glue asks for; its names begin with two low lines.
pub(crate) fn forget_glue(module: &mut Module) {
    let of_glue: Vec<_> = module
        .exports
        .iter()
        .filter(|export| export.name.starts_with("__"))
        .map(|export| export.id())
        .collect();
    for export in of_glue {
        module.exports.delete(export);
    }
}

/// Shrinks the module in place.
pub(crate) fn shrink(module: &mut Module) {
    let mut traps = HashSet::new();
    // A function whose last call is to one that traps, traps.
    while let Some(more) = more_that_trap(module, &traps) {
        traps.extend(more);
        let functions: Vec<FunctionId> = module.funcs.iter_local().map(|(id, _)| id).collect();
        for id in functions {
            cut_before_traps(module.funcs.get_mut(id).kind.unwrap_local_mut(), &traps);
        }
    }
    forget_unused_table(module);
    forget_places(module);
    walrus::passes::gc::run(module);
}

/// Functions that always end in a trap and touch nothing outside before they do; none if all are known.
fn more_that_trap(module: &Module, known: &HashSet<FunctionId>) -> Option<Vec<FunctionId>> {
    let exported: HashSet<FunctionId> = module
        .exports
        .iter()
        .filter_map(|export| match export.item {
            walrus::ExportItem::Function(id) => Some(id),
            _ => None,
        })
        .collect();
    let fresh: Vec<FunctionId> = module
        .funcs
        .iter_local()
        .filter(|(id, function)| {
            !known.contains(id) && !exported.contains(id) && always_traps(module, function)
        })
        .map(|(id, _)| id)
        .collect();
    (!fresh.is_empty()).then_some(fresh)
}

fn always_traps(module: &Module, function: &LocalFunction) -> bool {
    let entry = function.entry_block();
    let ends = |seq: InstrSeqId| {
        matches!(
            function.block(seq).instrs.last(),
            Some((Instr::Unreachable(_), _))
        )
    };
    ends(entry)
        && sequences(function).into_iter().all(|seq| {
            function
                .block(seq)
                .instrs
                .iter()
                .all(|(instr, _)| match instr {
                    Instr::Return(_) | Instr::CallIndirect(_) => false,
                    Instr::Br(to) => to.block != entry,
                    Instr::BrIf(to) => to.block != entry,
                    Instr::BrTable(to) => to.default != entry && !to.blocks.contains(&entry),
                    Instr::Call(call) => {
                        !matches!(module.funcs.get(call.func).kind, FunctionKind::Import(_))
                    }
                    _ => true,
                })
        })
}

/// Puts a trap in place of each call that leads to one, and drops what was computed for it.
fn cut_before_traps(function: &mut LocalFunction, traps: &HashSet<FunctionId>) {
    for seq in sequences(function) {
        let instrs = &mut function.block_mut(seq).instrs;
        let Some(at) = instrs.iter().position(
            |(instr, _)| matches!(instr, Instr::Call(Call { func }) if traps.contains(func)),
        ) else {
            continue;
        };
        let place = instrs[at].1;
        instrs.truncate(at);
        while instrs.last().is_some_and(|(instr, _)| !controls(instr)) {
            instrs.pop();
        }
        instrs.push((Instr::Unreachable(Unreachable {}), place));
    }
}

/// Whether an instruction may lead elsewhere, or contains others.
fn controls(instr: &Instr) -> bool {
    matches!(
        instr,
        Instr::Block(_)
            | Instr::Loop(_)
            | Instr::IfElse(_)
            | Instr::Br(_)
            | Instr::BrIf(_)
            | Instr::BrTable(_)
            | Instr::Call(_)
            | Instr::CallIndirect(_)
            | Instr::Return(_)
            | Instr::Unreachable(_)
    )
}

/// Every sequence of instructions of a function that can be reached.
fn sequences(function: &LocalFunction) -> Vec<InstrSeqId> {
    let mut found = vec![function.entry_block()];
    let mut at = 0;
    while let Some(seq) = found.get(at).copied() {
        at += 1;
        for (instr, _) in &function.block(seq).instrs {
            match instr {
                Instr::Block(block) => found.push(block.seq),
                Instr::Loop(block) => found.push(block.seq),
                Instr::IfElse(both) => found.extend([both.consequent, both.alternative]),
                _ => {}
            }
        }
    }
    found
}

/// Takes out of the table what no indirect call can reach: a call names the type of what it calls, so a function of another
/// type is there for nobody. The places stay, for calls go by number; the first function that is needed stands in them.
fn forget_unused_table(module: &mut Module) {
    let listed: HashSet<FunctionId> = module
        .elements
        .iter()
        .filter_map(|element| match &element.items {
            ElementItems::Functions(functions) => Some(functions),
            ElementItems::Expressions(..) => None,
        })
        .flatten()
        .copied()
        .collect();
    let mut reached: Vec<FunctionId> = module
        .exports
        .iter()
        .filter_map(|export| match export.item {
            walrus::ExportItem::Function(id) => Some(id),
            _ => None,
        })
        .chain(module.start)
        .collect();
    let mut seen: HashSet<FunctionId> = reached.iter().copied().collect();
    while let Some(id) = reached.pop() {
        let FunctionKind::Local(function) = &module.funcs.get(id).kind else {
            continue;
        };
        for seq in sequences(function) {
            for (instr, _) in &function.block(seq).instrs {
                match instr {
                    Instr::CallIndirect(call) => reached.extend(
                        listed
                            .iter()
                            .filter(|id| module.funcs.get(**id).ty() == call.ty)
                            .filter(|id| seen.insert(**id)),
                    ),
                    Instr::ReturnCallIndirect(_) | Instr::RefFunc(_) => return,
                    Instr::Call(call) if seen.insert(call.func) => reached.push(call.func),
                    _ => {}
                }
            }
        }
    }
    let elements: Vec<_> = module.elements.iter().map(|element| element.id()).collect();
    for element in elements {
        let ElementItems::Functions(functions) = &mut module.elements.get_mut(element).items else {
            continue;
        };
        if let Some(needed) = functions.iter().find(|id| seen.contains(id)).copied() {
            for id in functions.iter_mut().filter(|id| !seen.contains(id)) {
                *id = needed;
            }
        } else {
            for table in module.tables.iter_mut() {
                table.elem_segments.remove(&element);
            }
            module.elements.delete(element);
        }
    }
}

/// Blanks the places in source files that panics would name: address and length of a path, line, column. Only those calls
/// used them.
fn forget_places(module: &mut Module) {
    const NAME_ENDS: &[u8] = b".rs";
    let segments: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    for segment in segments {
        let data = module.data.get_mut(segment);
        let walrus::DataKind::Active {
            offset: walrus::ConstExpr::Value(walrus::ir::Value::I32(base)),
            ..
        } = data.kind
        else {
            continue;
        };
        let bytes = &mut data.value;
        let word = |bytes: &[u8], at: usize| {
            bytes
                .get(at..at + 4)
                .map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]]) as usize)
        };
        let mut names = Vec::new();
        let mut at = 0;
        while let (Some(name), Some(length), Some(line), Some(column)) = (
            word(bytes, at),
            word(bytes, at + 4),
            word(bytes, at + 8),
            word(bytes, at + 12),
        ) {
            let start = name.wrapping_sub(base as usize);
            let is_place = (4..200).contains(&length)
                && (1..100_000).contains(&line)
                && (1..1_000).contains(&column)
                && bytes
                    .get(start..start.wrapping_add(length))
                    .is_some_and(|name| name.is_ascii() && name.ends_with(NAME_ENDS));
            if is_place {
                names.push(start..start + length);
                bytes[at..at + 16].fill(0);
                at += 16;
            } else {
                at += 4;
            }
        }
        for name in names {
            bytes[name].fill(0);
        }
    }
}
