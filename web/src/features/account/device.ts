/** What a person calls their device, from its User-Agent; empty where it says nothing known. */
export interface DeviceName {
  browser: string;
  system: string;
}

// Order matters: Edge and Opera call themselves Chrome as well, Chrome calls itself Safari.
const browsers: [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\//, "Edge"],
  [/OPR\/|Opera/, "Opera"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\/|Chromium\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const systems: [RegExp, string][] = [
  [/iPhone|iPod/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux|X11/, "Linux"],
];

const first = (table: [RegExp, string][], text: string) => table.find(([pattern]) => pattern.test(text))?.[1] ?? "";

export function deviceOf(userAgent: string): DeviceName {
  return { browser: first(browsers, userAgent), system: first(systems, userAgent) };
}
