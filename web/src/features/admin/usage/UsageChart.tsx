import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { UsageReport } from "../../../api/usage";
import { amountOf, spanName, type Measure } from "./figures";
import s from "./usage.module.css";

/** One measure over time. The table below it says the same to who cannot see it. */
export function UsageChart({ report, measure, label, language }: { report: UsageReport; measure: Measure; label: string; language: string }) {
  const points = report.items.map((item) => ({ date: spanName(item.date, report.by, language), amount: amountOf(item, measure) }));
  const number = new Intl.NumberFormat(language);
  return (
    <figure className={`card ${s.chart ?? ""}`} aria-label={label}>
      <ResponsiveContainer width="100%" height={260}>
        <BarChart data={points} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="date" tickLine={false} axisLine={{ stroke: "var(--line-strong)" }} tick={{ fill: "var(--ink-2)", fontSize: 13 }} minTickGap={16} />
          <YAxis
            width="auto"
            tickLine={false}
            axisLine={false}
            allowDecimals={false}
            tick={{ fill: "var(--ink-2)", fontSize: 13 }}
            tickFormatter={(value: number) => number.format(value)}
          />
          <Tooltip
            cursor={{ fill: "var(--line)", opacity: 0.5 }}
            contentStyle={{ background: "var(--surface)", border: "1px solid var(--line-strong)", borderRadius: 10, color: "var(--ink)" }}
            itemStyle={{ color: "var(--ink)" }}
            formatter={(value) => [number.format(Number(value))]}
          />
          <Bar dataKey="amount" fill="var(--brand)" radius={[3, 3, 0, 0]} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </figure>
  );
}
