import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { asApiError } from "../../api/error";
import { useRoom } from "../../api/queries";
import type { Versioned } from "../../api/rooms";
import { signInHref } from "../../api/session";
import { currentLanguage } from "../../i18n";
import { Busy, CopyButton, ErrorNotice, useTitle } from "../../ui";
import { dayOf } from "../../ui/time";
import { ArchiveSection, ArchivedNotice } from "./Archive";
import { BlockList } from "./BlockList";
import { HistorySection } from "./history";
import { MembersSection } from "./members";
import { OwnerSection } from "./OwnerSection";
import s from "./room.module.css";
import { RoomForm } from "./RoomForm";

export function RoomSettingsPage({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const room = useRoom(slug);
  useTitle(room.data?.room.name ?? t("room.title"));
  return (
    <div className="page">
      {room.isPending && <Busy label={t("common.loading")} />}
      {room.isError && <Failed error={room.error} slug={slug} retry={() => void room.refetch()} />}
      {room.data !== undefined && <Settings current={room.data} />}
    </div>
  );
}

function Settings({ current }: { current: Versioned }) {
  const { t } = useTranslation();
  const { room } = current;
  const archived = room.archivedAt !== undefined;
  const title = useFocusWhenTurned(archived);
  // Without a role the API tells only that the room exists.
  if (room.role === undefined) return <Hidden slug={room.slug} signInHelps={room.door.state === "sign-in-required"} />;
  // A role for the meeting that runs shows the page; what lasts asks for one that does.
  const mayChange = room.lastingRole === "owner";
  const hosts = mayChange || room.lastingRole === "moderator";
  const hostsNow = hosts || room.role === "owner" || room.role === "moderator";
  return (
    <>
      <div>
        <h1 ref={title} tabIndex={-1}>
          <bdi>{room.name}</bdi>
        </h1>
        <p className="muted">
          {t("room.title")}
          {room.createdAt !== undefined && ` · ${t("room.created", { date: dayOf(room.createdAt, currentLanguage()) })}`}
        </p>
      </div>
      {archived ? <ArchivedNotice current={current} mayChange={mayChange} /> : <RoomLink slug={room.slug} url={room.url} />}
      {!mayChange && <p className="muted">{t("room.readOnly")}</p>}
      <RoomForm key={room.archivedAt ?? ""} current={current} mayChange={mayChange && !archived} />
      <MembersSection slug={room.slug} mayChange={mayChange && !archived} />
      <OwnerSection room={room} mayChange={mayChange && !archived} />
      {hosts && <BlockList slug={room.slug} />}
      {hostsNow && <HistorySection slug={room.slug} />}
      {mayChange && !archived && <ArchiveSection current={current} />}
    </>
  );
}

/** The button that one archives or restores with goes away: the focus goes to the title of what the page has become. */
function useFocusWhenTurned(archived: boolean) {
  const title = useRef<HTMLHeadingElement>(null);
  const before = useRef(archived);
  useEffect(() => {
    if (before.current !== archived) title.current?.focus();
    before.current = archived;
  }, [archived]);
  return title;
}

function RoomLink({ slug, url }: { slug: string; url: string }) {
  const { t } = useTranslation();
  return (
    <section className={`card ${s.link}`} aria-label={t("room.link")}>
      <div className={s.url}>
        <div>{url}</div>
        <div className="small muted">{t("room.linkHint")}</div>
      </div>
      <CopyButton url={url} />
      <Link className="btn primary" href={`/${slug}`}>
        {t("room.enter")}
      </Link>
    </section>
  );
}

function Hidden({ slug, signInHelps }: { slug: string; signInHelps: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <h1>{t("room.title")}</h1>
      <p className="muted">{signInHelps ? t("errors.sign-in-required") : t("errors.forbidden")}</p>
      <div className={s.acts}>
        {signInHelps && (
          <a className="btn primary" href={signInHref(`/rooms/${slug}`)}>
            {t("common.signIn")}
          </a>
        )}
        <Link className="btn" href="/">
          {t("common.back")}
        </Link>
      </div>
    </>
  );
}

function Failed({ error, slug, retry }: { error: unknown; slug: string; retry: () => void }) {
  const { t } = useTranslation();
  const { code, passing } = asApiError(error);
  const signIn = code === "sign-in-required" || code === "sign-in-expired";
  return (
    <>
      <h1>{t("room.title")}</h1>
      <ErrorNotice
        error={error}
        actions={
          <>
            {passing && (
              <button type="button" className="btn" onClick={retry}>
                {t("common.retry")}
              </button>
            )}
            {signIn && (
              <a className="btn primary" href={signInHref(`/rooms/${slug}`)}>
                {t("common.signIn")}
              </a>
            )}
            <Link className="btn" href="/">
              {t("common.back")}
            </Link>
          </>
        }
      />
    </>
  );
}
