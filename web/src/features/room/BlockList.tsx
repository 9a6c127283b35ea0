import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { unblock, type Block } from "../../api/hosting";
import { keys, useBlocks } from "../../api/queries";
import { currentLanguage } from "../../i18n";
import { Busy, ErrorNotice } from "../../ui";
import { dayOf } from "../../ui/time";
import s from "./room.module.css";

/** Who may not enter, and the way back for them: nothing that needs to be asked twice, for it can be done again. */
export function BlockList({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const blocks = useBlocks(slug);
  const queries = useQueryClient();
  const title = useRef<HTMLHeadingElement>(null);
  const free = useMutation({
    mutationFn: (block: Block) => unblock(slug, block.id),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.blocks(slug) }),
    // The button goes with its line: the focus stays with the list.
    onSuccess: () => title.current?.focus(),
  });
  return (
    <section className={s.section}>
      <h2 ref={title} tabIndex={-1}>
        {t("hosting.blocks")}
      </h2>
      <p className="muted">{t("hosting.blocksLead")}</p>
      {blocks.isPending && <Busy label={t("common.loading")} />}
      {blocks.isError && <ErrorNotice error={blocks.error} />}
      {blocks.data?.length === 0 && <p>{t("hosting.blocksNone")}</p>}
      {blocks.data !== undefined && blocks.data.length > 0 && (
        <ul className={`card ${s.blocks ?? ""}`}>
          {blocks.data.map((block) => (
            <BlockRow
              key={block.id}
              block={block}
              onUnblock={() => {
                if (!free.isPending) free.mutate(block);
              }}
            />
          ))}
        </ul>
      )}
      {free.isError && <ErrorNotice error={free.error} />}
    </section>
  );
}

function BlockRow({ block, onUnblock }: { block: Block; onUnblock: () => void }) {
  const { t } = useTranslation();
  const date = dayOf(block.blockedAt, currentLanguage());
  const by = block.blockedBy;
  return (
    <li className={s.block}>
      <div className={s.blocked}>
        <div>
          <bdi>{block.name}</bdi> <span className="tag">{t(`hosting.blockKind.${block.kind === "guest" ? "guest" : "person"}`)}</span>
        </div>
        <div className="small muted">{by === "" ? t("hosting.blockedOn", { date }) : t("hosting.blockedBy", { name: by, date })}</div>
      </div>
      <button type="button" className="btn" aria-label={t("hosting.unblockOf", { name: block.name })} onClick={onUnblock}>
        {t("hosting.unblock")}
      </button>
    </li>
  );
}
