//! The order of evaluation of quantities that depend on each other.

use bioxen_network::NetworkError;

/// Orders tasks so that each comes after those it needs; among the rest the given order is kept.
///
/// `needs[i]` lists the tasks that task `i` needs; `name` names one in the error.
///
/// # Errors
/// [`NetworkError::Cycle`] when tasks need each other in a circle.
pub(super) fn order(
    needs: &[Vec<usize>],
    name: impl Fn(usize) -> String,
) -> Result<Vec<usize>, NetworkError> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; needs.len()];
    let mut order = Vec::with_capacity(needs.len());
    for root in 0..needs.len() {
        if marks[root] != Mark::New {
            continue;
        }
        marks[root] = Mark::Open;
        // Each open task with the number of its needs looked at.
        let mut path = vec![(root, 0)];
        while let Some((task, seen)) = path.last_mut() {
            let task = *task;
            let Some(&need) = needs[task].get(*seen) else {
                marks[task] = Mark::Done;
                order.push(task);
                path.pop();
                continue;
            };
            *seen += 1;
            match marks[need] {
                Mark::Done => {}
                Mark::New => {
                    marks[need] = Mark::Open;
                    path.push((need, 0));
                }
                Mark::Open => {
                    let start = path.iter().position(|&(t, _)| t == need).unwrap_or(0);
                    let mut cycle: Vec<String> =
                        path[start..].iter().map(|&(t, _)| name(t)).collect();
                    cycle.push(name(need));
                    return Err(NetworkError::Cycle { cycle });
                }
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_first() {
        let needs = vec![vec![2], vec![], vec![1], vec![0, 1]];
        assert_eq!(order(&needs, |i| i.to_string()).unwrap(), [1, 2, 0, 3]);
    }

    #[test]
    fn a_circle_is_named() {
        let needs = vec![vec![1], vec![2], vec![1]];
        let error = order(&needs, |i| format!("t{i}")).unwrap_err();
        assert_eq!(
            error,
            NetworkError::Cycle { cycle: vec!["t1".into(), "t2".into(), "t1".into()] }
        );
    }
}
