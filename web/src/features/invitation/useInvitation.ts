import { useQuery, useQueryClient } from "@tanstack/react-query";
import { asApiError } from "../../api/error";
import { answerInvitation, lookUpInvitation, type InvitedTo, type NewAnswer } from "../../api/invitations";
import type { InvitationLink } from "../../browser/invitationLink";

const key = ({ token, meeting }: InvitationLink) => ["invitation", token, meeting];

const pause = 10; // seconds, until a server that was away is asked again

/** Asks again by itself while the server is away. */
export const useInvitation = (link: InvitationLink) =>
  useQuery({
    queryKey: key(link),
    queryFn: ({ signal }) => lookUpInvitation(link, signal),
    staleTime: 0,
    refetchInterval: ({ state: { error } }) => {
      const failed = error === null ? undefined : asApiError(error);
      return failed?.passing === true ? (failed.retryAfter ?? pause) * 1000 : false;
    },
  });

/** Answers, and shows the invitation as it is then. */
export function useAnswer(link: InvitationLink, { meeting }: InvitedTo): (what: NewAnswer) => Promise<void> {
  const queries = useQueryClient();
  return async (what) => {
    queries.setQueryData(key(link), await answerInvitation(link.token, meeting, what));
  };
}
