import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { putMember, removeMember, subjectOf, type GivenMember, type Member } from "../../../api/members";
import { keys, useMembers } from "../../../api/queries";
import { Busy, Confirm, ErrorNotice } from "../../../ui";
import room from "../room.module.css";
import { AddMember } from "./AddMember";
import { EditMember } from "./EditMember";
import { InvitationLink } from "./InvitationLink";
import { MemberRow } from "./MemberRow";

/** Who has a role in the room, for good or for a time. Owners change it, others read it. */
export function MembersSection({ slug, mayChange }: { slug: string; mayChange: boolean }) {
  const { t } = useTranslation();
  const members = useMembers(slug);
  const title = useRef<HTMLHeadingElement>(null);
  const [editing, setEditing] = useState<Member>();
  const [removing, setRemoving] = useState<Member>();
  const [given, setGiven] = useState<GivenMember>();
  const queries = useQueryClient();
  const renew = useMutation({
    mutationFn: ({ role, notBefore, notAfter, ...member }: Member) =>
      putMember(slug, {
        subject: subjectOf({ ...member, role }),
        role,
        ...(notBefore === undefined ? {} : { notBefore }),
        ...(notAfter === undefined ? {} : { notAfter }),
        renewInvitation: true,
      }),
    onSuccess: (now) => {
      setGiven(now);
      void queries.invalidateQueries({ queryKey: keys.members(slug) });
    },
  });
  // A link that is shown stays until another takes its place: it cannot be shown again.
  const keepLink = (now: GivenMember) => {
    if (now.invitation !== undefined) setGiven(now);
  };
  const list = members.data?.pages.flatMap((page) => page.items);
  return (
    <section className={room.section}>
      <h2 ref={title} tabIndex={-1}>
        {t("members.title")}
      </h2>
      <p className="muted">{t("members.lead")}</p>
      {members.isPending && <Busy label={t("common.loading")} />}
      {members.isError && <ErrorNotice error={members.error} />}
      {given?.invitation !== undefined && (
        <InvitationLink
          given={given}
          onDone={() => {
            setGiven(undefined);
            title.current?.focus();
          }}
        />
      )}
      {list !== undefined && (
        <ul className="card rows">
          {list.map((member) => (
            <MemberRow
              key={member.id}
              member={member}
              {...(mayChange && {
                acts: {
                  edit: () => {
                    setEditing(member);
                  },
                  remove: () => {
                    setRemoving(member);
                  },
                  renew: () => {
                    if (!renew.isPending) renew.mutate(member);
                  },
                },
              })}
            />
          ))}
        </ul>
      )}
      {renew.isError && <ErrorNotice error={renew.error} />}
      {members.hasNextPage && (
        <button type="button" className="btn" disabled={members.isFetchingNextPage} onClick={() => void members.fetchNextPage()}>
          {t("members.more")}
        </button>
      )}
      {mayChange && <AddMember slug={slug} onGiven={keepLink} />}
      {editing !== undefined && (
        <EditMember
          slug={slug}
          member={editing}
          onClose={() => {
            setEditing(undefined);
          }}
        />
      )}
      {removing !== undefined && (
        <RemoveMember
          slug={slug}
          member={removing}
          onClose={(gone) => {
            setRemoving(undefined);
            if (!gone) return;
            if (given?.id === removing.id) setGiven(undefined); // its link is void
            requestAnimationFrame(() => title.current?.focus());
          }}
        />
      )}
    </section>
  );
}

function RemoveMember({ slug, member, onClose }: { slug: string; member: Member; onClose: (gone: boolean) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeMember(slug, member.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.members(slug) });
      void queries.invalidateQueries({ queryKey: keys.room(slug) }); // it may have been oneself
      onClose(true);
    },
  });
  return (
    <Confirm
      title={t("members.removeAsk", { name: member.name === "" ? t("members.gone") : member.name })}
      lead={member.pending === true ? t("members.removeInvitation") : t("members.removeLead")}
      confirm={t("members.remove")}
      busy={remove.isPending}
      {...(remove.isError && { error: remove.error })}
      onConfirm={() => {
        remove.mutate();
      }}
      onClose={() => {
        onClose(false);
      }}
    />
  );
}
