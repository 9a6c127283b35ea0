import type { EffectiveSetting } from "../../../api/policies";
import { SettingRow, type Deciding } from "./SettingRow";

/** Every setting, and the way to decide it where one may. */
export function SettingList({ rules, deciding }: { rules: readonly EffectiveSetting[]; deciding?: Deciding }) {
  return (
    <ul className="card">
      {rules.map((rule) => (
        <SettingRow key={rule.name} rule={rule} {...(deciding === undefined ? {} : { deciding })} />
      ))}
    </ul>
  );
}
