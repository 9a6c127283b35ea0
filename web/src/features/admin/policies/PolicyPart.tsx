import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { changePolicy, getPolicy, type PolicyPlace } from "../../../api/policies";
import { keys } from "../../../api/queries";
import { Busy, ErrorNotice } from "../../../ui";
import { SettingList } from "./SettingList";

/** What is decided at a place: see PolicyPlace. */
export function PolicyPart({ place, may }: { place: PolicyPlace; may: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const key = keys.policy(place);
  const policy = useQuery({ queryKey: key, queryFn: ({ signal }) => getPolicy(place, signal), staleTime: 0, refetchOnWindowFocus: false });
  if (policy.data === undefined) {
    return policy.isError ? <ErrorNotice error={policy.error} /> : <Busy label={t("common.loading")} />;
  }
  const { now, etag } = policy.data;
  return (
    <SettingList
      rules={now.effective}
      deciding={{
        decided: now.settings,
        may,
        write: async (settings) => {
          queries.setQueryData(key, await changePolicy(place, etag, settings));
        },
        reread: () => policy.refetch(),
      }}
    />
  );
}
