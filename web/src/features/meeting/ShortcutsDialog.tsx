import { useTranslation } from "react-i18next";
import { leads } from "../../call/rights";
import { actions, hostActions, keysOf } from "../../call/shortcuts";
import { Dialog } from "../../ui";
import { useView } from "./context";
import s from "./panel.module.css";

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const hosts = useView((view) => leads(view.said.role));
  const mac = navigator.userAgent.includes("Mac");
  return (
    <Dialog title={t("call.shortcuts")} onClose={onClose}>
      <table className={s.keys}>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t("call.keyAction")}</th>
            <th scope="col">{t("call.keyKeys")}</th>
          </tr>
        </thead>
        <tbody>
          {actions.filter((action) => hosts || !hostActions.includes(action)).map((action) => (
            <tr key={action}>
              <th scope="row">{t(`call.keys.${action}`)}</th>
              <td>
                {keysOf(action, mac).map((key) => (
                  <kbd key={key}>{key === "Shift" ? t("call.shift") : key}</kbd>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
