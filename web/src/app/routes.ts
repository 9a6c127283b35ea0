import { lazy } from "react";
import { alsoSpeak } from "../i18n";

// Each page is a chunk of its own; livekit-client comes only with the call, which prejoin loads while people get ready.
export const Home = lazy(() => import("../features/home").then((m) => ({ default: m.HomePage })));
export const SignIn = lazy(() => import("../features/signin").then((m) => ({ default: m.SignInPage })));
export const Account = lazy(() => import("../features/account").then((m) => ({ default: m.AccountPage })));

// Words that not every page needs come with those that do. The call is entered from its door, with the words of both.
export const RoomEntrance = lazy(() =>
  Promise.all([import("../features/prejoin"), alsoSpeak("call", "devices", "hosting", "prejoin")]).then(([m]) => ({ default: m.RoomEntrance })),
);

const room = () => Promise.all([import("../features/room"), alsoSpeak("call", "history", "hosting")]).then(([m]) => m);
export const RoomSettings = lazy(() => room().then((m) => ({ default: m.RoomSettingsPage })));
export const Attendance = lazy(() => room().then((m) => ({ default: m.AttendancePage })));

const admin = () => Promise.all([import("../features/admin"), alsoSpeak("admin")]).then(([m]) => m);
export const Admin = lazy(() => admin().then((m) => ({ default: m.AdminPage })));

const planning = () => Promise.all([import("../features/planning"), alsoSpeak("hosting", "invitation", "planning")]).then(([m]) => m);
export const NewMeeting = lazy(() => planning().then((m) => ({ default: m.NewMeetingPage })));
export const EditMeeting = lazy(() => planning().then((m) => ({ default: m.EditMeetingPage })));
export const ChangeFollowing = lazy(() => planning().then((m) => ({ default: m.ChangeFollowingPage })));
export const MyMeetings = lazy(() => planning().then((m) => ({ default: m.MyMeetingsPage })));
export const Meeting = lazy(() => planning().then((m) => ({ default: m.MeetingPage })));

const invitation = () => Promise.all([import("../features/invitation"), alsoSpeak("invitation", "planning")]).then(([m]) => m);
export const Invitation = lazy(() => invitation().then((m) => ({ default: m.InvitationPage })));
