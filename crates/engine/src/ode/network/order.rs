//! The order in which quantities that are computed from each other can be evaluated.

use bioxen_network::Program;

/// Sorts programs, each with the place that it writes, so that each comes after those whose
/// results it reads; as far as possible in the given order. There are `places` places.
///
/// The error is a circle of places, the first one again at the end.
pub(super) fn sort(places: usize, nodes: &[(u32, &Program)]) -> Result<Vec<usize>, Vec<u32>> {
    let mut writer = vec![None; places];
    for (node, (place, _)) in nodes.iter().enumerate() {
        writer[*place as usize] = Some(node);
    }
    let needs = |node: usize| {
        let inputs = nodes[node].1.inputs().iter();
        inputs.filter_map(|input| writer.get(input.index()).copied().flatten())
    };
    let mut sorted = Vec::with_capacity(nodes.len());
    let mut state = vec![State::New; nodes.len()];
    for root in 0..nodes.len() {
        let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut enter = Some(root).filter(|&root| state[root] == State::New);
        loop {
            if let Some(node) = enter.take() {
                state[node] = State::Open;
                path.push((node, needs(node).collect()));
            }
            let Some((node, todo)) = path.last_mut() else { break };
            match todo.pop() {
                Some(next) if state[next] == State::Open => {
                    let start = path.iter().position(|(node, _)| *node == next).unwrap_or(0);
                    let circle = path[start..].iter().map(|(node, _)| *node).chain([next]);
                    return Err(circle.map(|node| nodes[node].0).collect());
                }
                Some(next) if state[next] == State::New => enter = Some(next),
                Some(_) => {}
                None => {
                    state[*node] = State::Done;
                    sorted.push(*node);
                    path.pop();
                }
            }
        }
    }
    Ok(sorted)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_network::{Expr, NaryOp, QuantityId};

    fn sum_of(inputs: &[u32]) -> Program {
        let inputs = inputs.iter().map(|&i| Expr::Quantity(QuantityId(i))).collect();
        Program::compile(&Expr::Nary(NaryOp::Add, inputs)).unwrap()
    }

    #[test]
    fn what_is_read_comes_first() {
        let programs = [sum_of(&[1, 2]), sum_of(&[2, 9]), sum_of(&[])];
        let nodes: Vec<_> = programs.iter().enumerate().map(|(i, p)| (i as u32, p)).collect();
        assert_eq!(sort(10, &nodes).unwrap(), [2, 1, 0]);
    }

    #[test]
    fn circles_are_shown() {
        let programs = [sum_of(&[1]), sum_of(&[2]), sum_of(&[1])];
        let nodes: Vec<_> = programs.iter().enumerate().map(|(i, p)| (i as u32, p)).collect();
        assert_eq!(sort(3, &nodes).unwrap_err(), [1, 2, 1]);
        let own = sum_of(&[0]);
        assert_eq!(sort(1, &[(0, &own)]).unwrap_err(), [0, 0]);
    }

    #[test]
    fn a_long_chain_needs_no_call_stack() {
        let programs: Vec<Program> = (1..100_001).map(|i| sum_of(&[i])).collect();
        let nodes: Vec<_> = programs.iter().enumerate().map(|(i, p)| (i as u32, p)).collect();
        let sorted = sort(100_001, &nodes).unwrap();
        assert_eq!((sorted[0], sorted[99_999]), (99_999, 0));
    }
}
