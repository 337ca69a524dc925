//! Charts as inline SVG, each a pure function from plain data to markup: same data, same bytes.
//!
//! The markup holds geometry and classes only. Colours, strokes and fonts come from [`STYLE`], so that a page
//! may forbid inline styles and scripts, and a chart follows the page into dark mode and onto paper. That is
//! why `plotters` is not used: its SVG backend writes fonts, sizes and colours into every element, knows no
//! links, titles or classes, and sizes charts in pixels.
//!
//! A chart is 640 units wide and as wide as what holds it. Text is 15 units high, and 20 where the page is
//! narrow, so that it stays above 10 pixels on a phone of 360; every chart is laid out for 20.
//!
//! Charts with nothing to draw are a sentence instead (`p.chart-none`).

mod axis;
mod callouts;
mod draw;
mod frame;
mod legend;
mod number;
mod rows;
mod scale;
mod spread;
mod symbol;
mod text;

pub mod along;
pub mod bar;
pub mod data;
pub mod distributions;
pub mod flip_matrix;
pub mod forest;
pub mod front;
pub mod quadrants;
pub mod quality_cost;
pub mod rates;
pub mod reliability;
pub mod risk_coverage;
pub mod scatter;
pub mod sparkline;

/// The stylesheet of all charts. A page sets its background to `var(--chart-ground)`, or sets that variable.
pub const STYLE: &str = include_str!("chart.css");
