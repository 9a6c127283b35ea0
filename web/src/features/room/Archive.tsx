import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../api/error";
import { keys } from "../../api/queries";
import { archiveRoom, getRoom, type Versioned } from "../../api/rooms";
import { Confirm, ErrorNotice, Notice } from "../../ui";
import s from "./room.module.css";
import { useChange } from "./useChange";

export function ArchiveSection({ current: { room, etag } }: { current: Versioned }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const archive = useMutation({
    // Archiving means the same whatever else was changed meanwhile: a newer version is read and named once.
    mutationFn: async () => {
      try {
        await archiveRoom(room.slug, etag);
      } catch (error) {
        if (asApiError(error).code !== "version-changed") throw error;
        await archiveRoom(room.slug, (await getRoom(room.slug)).etag);
      }
    },
    onSettled: async () => {
      setAsking(false);
      await queries.invalidateQueries({ queryKey: keys.room(room.slug) });
      await queries.invalidateQueries({ queryKey: keys.rooms });
    },
  });
  return (
    <section className={s.section}>
      <h2>{t("room.archiveTitle")}</h2>
      <p className="muted">{t("room.archiveLead")}</p>
      <button
        type="button"
        className="btn danger"
        onClick={() => {
          setAsking(true);
        }}
      >
        {t("room.archive")}
      </button>
      {archive.isError && <ErrorNotice error={archive.error} />}
      {asking && (
        <Confirm
          title={t("room.archiveAsk", { name: room.name })}
          lead={t("room.archiveLead")}
          confirm={t("room.archive")}
          busy={archive.isPending}
          onConfirm={() => {
            archive.mutate();
          }}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </section>
  );
}

export function ArchivedNotice({ current: { room, etag }, mayChange }: { current: Versioned; mayChange: boolean }) {
  const { t } = useTranslation();
  const restore = useChange(room.slug);
  return (
    <Notice
      tone="warn"
      title={t("room.archivedTitle")}
      actions={
        mayChange && (
          <button
            type="button"
            className="btn primary"
            disabled={restore.isPending}
            onClick={() => {
              restore.mutate({ etag, change: { archived: false } });
            }}
          >
            {t("room.restore")}
          </button>
        )
      }
    >
      <p>{t("room.archivedLead")}</p>
      {restore.isError && <ErrorNotice error={restore.error} />}
    </Notice>
  );
}
