//! The stiff integrator against published solutions and closed forms.

mod problems;
