import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listOwnOffices, transferRoom } from "../../api/offices";
import type { Room } from "../../api/types";
import { Confirm, ErrorNotice, named, SelectField } from "../../ui";
import s from "./room.module.css";

/** Which office owns a room, and for its owners the act that gives it to one. Without any office there is nothing to show. */
export function OwnerSection({ room, mayChange }: { room: Room; mayChange: boolean }) {
  const { t } = useTranslation();
  const offices = useQuery({ queryKey: ["offices"], queryFn: ({ signal }) => listOwnOffices(signal), enabled: mayChange });
  const others = (offices.data ?? []).filter((one) => one.id !== room.office?.id);
  if (room.office === undefined && others.length === 0) return null;
  return (
    <section className={s.section}>
      <h2>{t("room.owner.title")}</h2>
      {room.office !== undefined && <p>{t("room.owner.office", { name: room.office.name })}</p>}
      {mayChange && others.length > 0 && <Transfer slug={room.slug} offices={others} />}
    </section>
  );
}

function Transfer({ slug, offices }: { slug: string; offices: readonly { id: string; name: string }[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [office, setOffice] = useState("");
  const [asked, setAsked] = useState(false);
  const transfer = useMutation({
    mutationFn: () => transferRoom(slug, office),
    onSuccess: () => queries.invalidateQueries(),
    onSettled: () => {
      setAsked(false);
    },
  });
  const chosen = offices.find((one) => one.id === office);
  return (
    <form
      className={`card ${s.form}`}
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
      }}
    >
      <SelectField label={t("room.owner.to")} hint={t("room.owner.hint")} required any={t("room.owner.choose")} options={named(offices)} value={office} onChoose={setOffice} />
      {transfer.isError && <ErrorNotice error={transfer.error} />}
      <div>
        <button type="submit" className="btn" disabled={chosen === undefined || transfer.isPending}>
          {t("room.owner.transfer")}
        </button>
      </div>
      {asked && chosen !== undefined && (
        <Confirm
          title={t("room.owner.transfer")}
          lead={t("room.owner.sure", { name: chosen.name })}
          confirm={t("room.owner.transfer")}
          busy={transfer.isPending}
          onConfirm={() => {
            transfer.mutate();
          }}
          onClose={() => {
            setAsked(false);
          }}
        />
      )}
    </form>
  );
}
