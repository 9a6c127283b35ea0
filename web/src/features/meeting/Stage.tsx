import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useRef, useState, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { gridOf, tilesThatFit } from "../../call/layout/grid";
import { stageOf } from "../../call/layout/stage";
import type { Person } from "../../call/people";
import { useCall, useView } from "./context";
import { ShareTile } from "./ShareTile";
import s from "./stage.module.css";
import { Tile } from "./Tile";

const gap = 12;

/** Everybody in a grid, or one large screen or those put forward with the others beside it. */
export function Stage() {
  const people = useView((view) => view.people);
  const spotlight = useView((view) => view.said.spotlight);
  const [picked, setPicked] = useState<string>();
  const { large, otherShares, forward, people: others } = stageOf(people, picked, spotlight);
  if (large === undefined && (forward.length === 0 || others.length === 0)) {
    return <PeopleGrid people={forward.length === 0 ? others : forward} />;
  }
  return (
    <div className={s.shared}>
      {large === undefined ? <PeopleGrid people={forward} /> : <ShareTile share={large} large />}
      <ul className={s.strip}>
        {otherShares.map((share) => (
          <li key={`screen-${share.person.id}`} className={s.stripItem}>
            <ShareTile share={share} onEnlarge={() => { setPicked(share.person.id); }} />
          </li>
        ))}
        {(large === undefined ? others : [...forward, ...others]).map((person) => (
          <li key={person.id} className={s.stripItem}>
            <Tile person={person} small />
          </li>
        ))}
      </ul>
    </div>
  );
}

function PeopleGrid({ people }: { people: readonly Person[] }) {
  const call = useCall();
  const { ref, width, height } = useSize();
  const [wanted, setPage] = useState(0);
  const fit = tilesThatFit(width, height, gap);
  const pages = Math.max(1, Math.ceil(people.length / fit));
  const page = Math.min(wanted, pages - 1);
  const shown = people.slice(page * fit, (page + 1) * fit);
  const grid = gridOf(shown.length, width, height, gap);
  useEffect(() => {
    if (width > 0) call.fitting(fit);
  }, [call, fit, width]);
  return (
    <div className={s.grid}>
      <ul ref={ref} className={s.tiles} style={{ "--columns": grid.columns, "--rows": grid.rows } as CSSProperties}>
        {shown.map((person) => (
          <li key={person.id} className={s.cell}>
            <Tile person={person} small={grid.columns > 3 || grid.rows > 3} />
          </li>
        ))}
      </ul>
      {pages > 1 && <Pages page={page} pages={pages} go={setPage} />}
    </div>
  );
}

function Pages({ page, pages, go }: { page: number; pages: number; go: (page: number) => void }) {
  const { t } = useTranslation();
  return (
    <div className={s.pages}>
      <button type="button" className={s.pageButton} aria-label={t("call.previousPage")} disabled={page === 0} onClick={() => { go(page - 1); }}>
        <ChevronLeft className="ico" aria-hidden="true" />
      </button>
      <span className="time">{t("call.page", { page: page + 1, pages })}</span>
      <button type="button" className={s.pageButton} aria-label={t("call.nextPage")} disabled={page === pages - 1} onClick={() => { go(page + 1); }}>
        <ChevronRight className="ico" aria-hidden="true" />
      </button>
    </div>
  );
}

function useSize() {
  const ref = useRef<HTMLUListElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return { ref, ...size };
}
