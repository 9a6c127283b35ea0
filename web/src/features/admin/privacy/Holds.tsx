import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { listHolds, releaseHold, type Hold } from "../../../api/privacy";
import { Busy, Dialog } from "../../../ui";
import s from "../admin.module.css";
import { Refusal } from "../Refusal";
import { shortId } from "../shortId";
import { holdsKey } from "./keys";
import { PlaceHold } from "./PlaceHold";
import { Reason, reasonSuffices } from "./Reason";
import { actorOf, onDay } from "./said";

const place = "/admin/privacy/holds";

/** What is kept from erasure and removal, and by whom it was so decided. `room` is the code of one to put a hold on, empty for none. */
export function Holds({ may, room }: { may: boolean; room: string }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [placing, setPlacing] = useState(may && room !== "");
  const list = useQuery({ queryKey: holdsKey, queryFn: ({ signal }) => listHolds(signal), staleTime: 0 });
  return (
    <div className={s.part}>
      <h2>{t("admin.privacy.parts.holds")}</h2>
      <p className="muted">{t("admin.privacy.holds.lead")}</p>
      {may && (
        <div>
          <button
            type="button"
            className="btn"
            onClick={() => {
              setPlacing(true);
            }}
          >
            {t("admin.privacy.holds.place")}
          </button>
        </div>
      )}
      {list.isPending && <Busy label={t("common.loading")} />}
      {list.isError && <Refusal error={list.error} path={place} />}
      {list.data?.length === 0 && <p>{t("admin.privacy.holds.none")}</p>}
      <ul className="card rows" hidden={(list.data?.length ?? 0) === 0}>
        {list.data?.map((hold) => (
          <Row key={hold.id} hold={hold} may={may} />
        ))}
      </ul>
      {placing && (
        <PlaceHold
          room={room}
          path={room === "" ? place : `${place}/${room}`}
          onClose={() => {
            setPlacing(false);
            if (room !== "") go(place, { replace: true });
          }}
        />
      )}
    </div>
  );
}

function Row({ hold, may }: { hold: Hold; may: boolean }) {
  const { t } = useTranslation();
  const [ending, setEnding] = useState(false);
  const what = t(`admin.privacy.holds.kind.${hold.kind}`, { id: shortId(hold.subject) });
  return (
    <li>
      <div>
        <strong>{hold.kind === "person" ? <Link href={`/admin/privacy/people/${hold.subject}`}>{what}</Link> : <span title={hold.subject}>{what}</span>}</strong>
        <div>
          <bdi>{hold.reason}</bdi>
        </div>
        <div className="small muted">{t("admin.privacy.holds.placed", { date: onDay(hold.placedAt), who: actorOf(hold.placedBy) })}</div>
        {hold.releasedAt !== undefined && (
          <div className="small muted">
            {t("admin.privacy.holds.released", { date: onDay(hold.releasedAt), who: actorOf(hold.releasedBy ?? ""), reason: hold.releaseReason ?? "" })}
          </div>
        )}
      </div>
      {may && hold.releasedAt === undefined && (
        <button
          type="button"
          className="btn"
          aria-label={t("admin.privacy.holds.releaseOf", { what })}
          onClick={() => {
            setEnding(true);
          }}
        >
          {t("admin.privacy.holds.release")}
        </button>
      )}
      {ending && (
        <Release
          hold={hold}
          what={what}
          onClose={() => {
            setEnding(false);
          }}
        />
      )}
    </li>
  );
}

function Release({ hold, what, onClose }: { hold: Hold; what: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const release = useMutation({
    mutationFn: () => releaseHold(hold.id, reason.trim()),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: holdsKey });
    },
  });
  return (
    <Dialog title={t("admin.privacy.holds.releaseOf", { what })} onClose={onClose}>
      <form
        noValidate
        className={s.part}
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (reasonSuffices(reason)) release.mutate();
        }}
      >
        <p>{t("admin.privacy.holds.releaseLead")}</p>
        <Reason value={reason} tried={tried} onChange={setReason} />
        {release.isError && <Refusal error={release.error} path={place} />}
        <div>
          <button type="submit" className="btn danger" disabled={release.isPending}>
            {t("admin.privacy.holds.release")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
