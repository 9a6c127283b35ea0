import type { EffectiveSetting } from "../../../api/policies";
import { listOf } from "../../policy";

/** A value as it is edited: lists are lines. */
export const textOf = (value: unknown): string => (Array.isArray(value) ? listOf(value).join("\n") : String(value));

export const linesOf = (text: string): string[] => text.split(/[\s,;]+/).filter((line) => line !== "");

/** What the server is told; nothing, where the text is no value. Host names the server judges. */
export function valueOf({ kind, words = [], least = 0, most = 0 }: EffectiveSetting, text: string): unknown {
  switch (kind) {
    case "choice":
      return words.includes(text) ? text : undefined;
    case "switch":
      return text === "true";
    case "limit": {
      const count = Number(text.trim());
      return /^\d+$/.test(text.trim()) && count >= least && count <= most ? count : undefined;
    }
    default:
      return linesOf(text);
  }
}
