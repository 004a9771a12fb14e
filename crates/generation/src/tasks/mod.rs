//! The templates that can be generated, a file each.
