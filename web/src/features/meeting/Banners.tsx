import { useTranslation } from "react-i18next";
import { useEffect, useState } from "react";
import { Busy, CopyButton, Notice, useErrorText } from "../../ui";
import type { PanelName } from "./CallScreen";
import { useCall, useView } from "./context";
import { EndingNotice } from "./EndingNotice";
import { KnockToast } from "./hosting/KnockToast";
import { ToldList } from "./hosting/ToldList";
import s from "./screen.module.css";

interface BannersProps {
  /** Where who waits is listed already, nobody needs to be told. */
  panel?: PanelName | undefined;
  showWaiting?: () => void;
}

/** What needs to be known now, above the picture: connection, sound, devices, an act that failed, who waits, being alone. */
export function Banners({ panel, showWaiting }: BannersProps) {
  return (
    <div className={s.banners}>
      <Connection />
      <SoundBlocked />
      <Trouble />
      <Failed />
      <EndingNotice />
      <Administrators />
      <KnockToast listed={panel === "people"} onSee={showWaiting} />
      <ToldList />
      <Alone />
    </div>
  );
}

function Connection() {
  const { t } = useTranslation();
  const call = useCall();
  const phase = useView((view) => view.phase);
  switch (phase.name) {
    case "connecting":
      return phase.again ? <Reconnecting /> : <p className={s.banner}><Busy label={t("call.connecting")} /></p>;
    case "healing":
      return <Reconnecting />;
    case "waiting":
      return (
        <Notice
          tone="warn"
          live
          title={t("call.waitingTitle")}
          actions={
            <button
              type="button"
              className="btn primary"
              onClick={() => {
                call.retryNow();
              }}
            >
              {t("prejoin.retryNow")}
            </button>
          }
        >
          <p>{phase.cause === "network" ? t("call.waitingNetwork") : t("call.waitingMedia")}</p>
          <Countdown until={phase.retryAt} />
        </Notice>
      );
    default:
      return null;
  }
}

function Reconnecting() {
  const { t } = useTranslation();
  return (
    <Notice tone="warn" title={t("call.reconnecting")}>
      <p>{t("call.reconnectingLead")}</p>
    </Notice>
  );
}

function Countdown({ until }: { until: number }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 500);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const count = Math.max(0, Math.ceil((until - now) / 1000));
  return (
    <p className="muted time" aria-hidden="true">
      {t("prejoin.retryIn", { count })}
    </p>
  );
}

function SoundBlocked() {
  const { t } = useTranslation();
  const call = useCall();
  const blocked = useView((view) => view.soundBlocked);
  if (!blocked) return null;
  return (
    <Notice
      tone="warn"
      live
      title={t("call.soundBlocked")}
      actions={
        <button type="button" className="btn primary" onClick={() => void call.startSound()}>
          {t("call.enableSound")}
        </button>
      }
    />
  );
}

function Trouble() {
  const { t } = useTranslation();
  const call = useCall();
  const trouble = useView((view) => view.trouble);
  if (trouble === undefined) return null;
  const { kind, trouble: what } = trouble;
  const dismiss = (
    <button
      type="button"
      className="btn"
      onClick={() => {
        call.forgetFailure();
      }}
    >
      {t("common.close")}
    </button>
  );
  if (kind === "screen") return <Notice tone="warn" live title={t("call.screenFailed")} actions={dismiss} />;
  return (
    <Notice
      tone="warn"
      live
      title={t(`devices.title.${what}`, { device: t(`devices.${kind}`) })}
      actions={
        <>
          <button type="button" className="btn primary" onClick={() => void call.turn(kind, true)}>
            {t("common.retry")}
          </button>
          {dismiss}
        </>
      }
    >
      <p>{t(`devices.help.${what}`)}</p>
    </Notice>
  );
}

function Failed() {
  const { t } = useTranslation();
  const text = useErrorText();
  const call = useCall();
  const failed = useView((view) => view.failed);
  if (failed === undefined) return null;
  return (
    <Notice
      tone="danger"
      live
      title={t("call.actionFailed")}
      actions={
        <button
          type="button"
          className="btn"
          onClick={() => {
            call.forgetFailure();
          }}
        >
          {t("common.close")}
        </button>
      }
    >
      <p>{text(failed)}</p>
    </Notice>
  );
}

/** Who is there by an office and is none of the room's people: said for as long as they are there. */
function Administrators() {
  const { t } = useTranslation();
  const names = useView((view) => view.people.filter((person) => person.administrator !== "" && !person.mine).map((person) => person.name).join(", "));
  if (names === "") return null;
  return <Notice live title={t("call.administrators", { names })} />;
}

function Alone() {
  const { t } = useTranslation();
  const alone = useView((view) => view.phase.name === "live" && view.people.length === 1);
  const url = useView((view) => view.joined.room.url);
  if (!alone) return null;
  return (
    <div className={s.alone} role="status">
      <p>
        <strong>{t("call.alone")}.</strong> {t("call.aloneLead")}
      </p>
      <CopyButton url={url} className="btn quiet" />
    </div>
  );
}
