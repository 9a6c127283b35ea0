import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Me, Room } from "../../api/types";
import { signInHref } from "../../api/session";
import { CopyButton, Field } from "../../ui";
import { PasscodeField, passcodeIn } from "./PasscodeField";
import s from "./prejoin.module.css";

interface JoinCardProps {
  room: Room;
  me: Me;
  busy: boolean;
  initialName: string;
  /** Somebody may have to let this person in. */
  knocks: boolean;
  /** The card stands where another was: who reads by ear begins here. */
  takesFocus: boolean;
  /** The meeting opens later: joining is for then. */
  early: boolean;
  /** The meeting asks for its passcode; with what is wrong with the one that was given. */
  passcode: { wrong: string | undefined } | undefined;
  onJoin: (name: string, passcode: string) => void;
  children?: ReactNode;
}

/** Where one is going, under which name, and the one button that matters on this page. */
export function JoinCard({ room, me, busy, initialName, knocks, takesFocus, early, passcode, onJoin, children }: JoinCardProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(initialName);
  const [missing, setMissing] = useState(false);
  const [code, setCode] = useState("");
  const [codeMissing, setCodeMissing] = useState(false);
  const [sent, setSent] = useState<string>(); // what is wrong is wrong with this one
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) title.current?.focus();
  }, [takesFocus]);
  const guest = me.kind !== "person";
  const join = (event: React.SubmitEvent) => {
    event.preventDefault();
    const nameless = guest && name.trim() === "";
    const digits = passcode === undefined ? "" : passcodeIn(code);
    setMissing(nameless);
    setCodeMissing(digits === undefined);
    if (nameless || digits === undefined) return;
    setSent(code);
    onJoin(name.trim(), digits);
  };
  return (
    <section className={`card ${s.side}`}>
      <div className={s.title}>
        {room.name !== undefined && <p className="muted">{t("prejoin.heading")}</p>}
        <h1 ref={title} tabIndex={-1}>{room.name === undefined ? t("prejoin.title") : <bdi>{room.name}</bdi>}</h1>
        {!guest && <p className="muted">{t("prejoin.as", { name: me.name })}</p>}
      </div>
      <form className={s.form} onSubmit={join} noValidate>
        {guest && (
          <Field label={t("prejoin.name")} hint={t("prejoin.nameHint")} error={missing ? t("prejoin.nameMissing") : undefined}>
            {(wiring) => (
              <input
                {...wiring}
                className="field"
                name="name"
                autoComplete="name"
                maxLength={64}
                value={name}
                onChange={(event) => {
                  setName(event.target.value);
                  setMissing(false);
                }}
              />
            )}
          </Field>
        )}
        {passcode !== undefined && (
          <PasscodeField
            value={code}
            error={codeMissing ? t("prejoin.passcodeMissing") : code === sent ? passcode.wrong : undefined}
            onChange={(text) => {
              setCode(text);
              setCodeMissing(false);
            }}
          />
        )}
        {children}
        <button type="submit" className="btn primary wide tall" aria-disabled={busy}>
          {busy ? t("prejoin.joining") : early ? t("prejoin.early.ready") : knocks ? t("lobby.knock") : t("prejoin.join")}
        </button>
        <CopyButton url={room.url} className="btn quiet" />
      </form>
      {guest && (
        <div className={s.account}>
          <p className="muted">{t("prejoin.haveAccount")}</p>
          <a className="btn" href={signInHref(`/${room.slug}`)}>
            {t("prejoin.signInInstead")}
          </a>
        </div>
      )}
    </section>
  );
}
