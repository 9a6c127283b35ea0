import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Route, Router, Switch } from "wouter";
import { isSessionId } from "../api/history";
import { isDateId, isMeetingId } from "../api/meetings";
import { newQueryClient } from "../api/queries";
import { aroundNav } from "../browser/leaving";
import { Busy } from "../ui";
import { ErrorBoundary } from "./ErrorBoundary";
import { NotFound } from "./NotFound";
import { Shell } from "./Shell";
import { SignedOut } from "./SignedOut";
import { Account, Admin, Attendance, ChangeFollowing, EditMeeting, Home, Invitation, Meeting, MyMeetings, NewMeeting, RoomEntrance, RoomSettings, SignIn } from "./routes";
import { isSlug } from "../call/slug";

export function App() {
  const [queries] = useState(newQueryClient);
  return (
    <ErrorBoundary>
      <QueryClientProvider client={queries}>
        <Suspense fallback={<Loading />}>
          <Router aroundNav={aroundNav}>
            <Routes />
          </Router>
        </Suspense>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div className="page">
      <Busy label={t("common.loading")} />
    </div>
  );
}

function Routes() {
  return (
    <Switch>
      <Route path="/">
        <Shell>
          <Home />
        </Shell>
      </Route>
      <Route path="/sign-in">
        <Shell>
          <SignIn />
        </Shell>
      </Route>
      <Route path="/account">
        <Shell>
          <Account />
        </Shell>
      </Route>
      <Route path="/admin/*?">
        {(params) => (
          <Shell>
            <Admin path={params["*"] ?? ""} />
          </Shell>
        )}
      </Route>
      <Route path="/signed-out">
        <Shell>
          <SignedOut />
        </Shell>
      </Route>
      <Route path="/rooms/:slug">
        {({ slug }) => (
          <Shell>{isSlug(slug) ? <RoomSettings key={slug} slug={slug} /> : <NotFound />}</Shell>
        )}
      </Route>
      <Route path="/rooms/:slug/sessions/:session">
        {({ slug, session }) => (
          <Shell>{isSlug(slug) && isSessionId(session) ? <Attendance key={session} slug={slug} session={session} /> : <NotFound />}</Shell>
        )}
      </Route>
      <Route path="/meetings">
        <Shell>
          <MyMeetings />
        </Shell>
      </Route>
      <Route path="/meetings/past">
        <Shell>
          <MyMeetings part="past" />
        </Shell>
      </Route>
      <Route path="/meetings/new">
        <Shell>
          <NewMeeting />
        </Shell>
      </Route>
      <Route path="/meetings/:id">{({ id }) => <Shell>{isMeetingId(id) ? <Meeting key={id} id={id} /> : <NotFound />}</Shell>}</Route>
      <Route path="/meetings/:id/edit">{({ id }) => <Shell>{isMeetingId(id) ? <EditMeeting key={id} id={id} /> : <NotFound />}</Shell>}</Route>
      <Route path="/meetings/:id/dates/:date/edit">
        {({ id, date }) => <Shell>{isMeetingId(id) && isDateId(date) ? <ChangeFollowing key={id + date} id={id} date={date} /> : <NotFound />}</Shell>}
      </Route>
      <Route path="/invitation">
        <Shell>
          <Invitation />
        </Shell>
      </Route>
      <Route path="/:slug">
        {({ slug }) =>
          isSlug(slug) ? (
            <RoomEntrance key={slug} slug={slug} shell={Shell} />
          ) : (
            <Shell>
              <NotFound />
            </Shell>
          )
        }
      </Route>
      <Route>
        <Shell>
          <NotFound />
        </Shell>
      </Route>
    </Switch>
  );
}
