import { describe, expect, test } from "vitest";
import css from "./tokens.css?raw";

type Theme = "light" | "dark";

function color(name: string, theme: Theme): string {
  const value = new RegExp(`--${name}: ([^;]+);`).exec(css)?.[1];
  if (value === undefined) throw new Error(`no token --${name}`);
  const both = /light-dark\((#\w+), (#\w+)\)/.exec(value);
  return (both ? both[theme === "light" ? 1 : 2] : value) ?? "";
}

// WCAG 2.2, relative luminance and contrast ratio.
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const text: [string, string[]][] = [
  ["ink", ["stone", "surface", "brand-soft", "danger-soft", "warn-soft"]],
  ["ink-2", ["stone", "surface", "brand-soft"]],
  ["ink-3", ["stone", "surface"]],
  ["brand", ["stone", "surface", "brand-soft"]],
  ["brand-strong", ["surface", "brand-soft"]],
  ["on-brand", ["brand", "brand-strong"]],
  ["ok", ["stone", "surface"]],
  ["warn", ["stone", "surface"]],
  ["danger", ["stone", "surface"]],
  ["on-stage", ["stage", "tile", "control"]],
  ["on-stage-2", ["stage", "tile"]],
  ["on-control-off", ["control-off"]],
  ["on-speaking", ["speaking"]],
  ["on-leave", ["leave"]],
];
const controls: [string, string[]][] = [
  ["line-strong", ["stone", "surface"]],
  ["focus", ["stone", "surface"]],
  ["focus-stage", ["stage", "tile", "control"]],
  ["speaking", ["stage", "tile"]],
  ["control-off", ["stage"]],
  ["leave", ["stage"]],
];

describe.each(["light", "dark"] as const)("%s", (theme) => {
  test.each(text.flatMap(([front, backs]) => backs.map((back) => [front, back] as const)))("text %s is read on %s", (front, back) => {
    expect(contrast(color(front, theme), color(back, theme))).toBeGreaterThanOrEqual(4.5);
  });
  test.each(controls.flatMap(([front, backs]) => backs.map((back) => [front, back] as const)))("control %s is seen on %s", (front, back) => {
    expect(contrast(color(front, theme), color(back, theme))).toBeGreaterThanOrEqual(3);
  });
});
