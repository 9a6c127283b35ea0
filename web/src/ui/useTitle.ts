import { useEffect } from "react";
import { useConfig } from "../api/queries";

/** Names the page in the browser's tab. */
export function useTitle(title: string | undefined): void {
  const name = useConfig().data?.name ?? "Parvis";
  useEffect(() => {
    document.title = title === undefined || title === "" ? name : `${title} · ${name}`;
  }, [title, name]);
}
