import { lazy } from "react";
import { alsoSpeak } from "../i18n";

// Each page is a chunk of its own; livekit-client comes only with the call, which prejoin loads while people get ready.
export const Home = lazy(() => import("../features/home").then((m) => ({ default: m.HomePage })));
export const SignIn = lazy(() => import("../features/signin").then((m) => ({ default: m.SignInPage })));
export const Account = lazy(() => import("../features/account").then((m) => ({ default: m.AccountPage })));
export const RoomEntrance = lazy(() => import("../features/prejoin").then((m) => ({ default: m.RoomEntrance })));

// The history of a room has words of its own, which come with it; so have planning and invitations.
const room = () => Promise.all([import("../features/room"), alsoSpeak("history")]).then(([m]) => m);
export const RoomSettings = lazy(() => room().then((m) => ({ default: m.RoomSettingsPage })));
export const Attendance = lazy(() => room().then((m) => ({ default: m.AttendancePage })));

const admin = () => Promise.all([import("../features/admin"), alsoSpeak("admin")]).then(([m]) => m);
export const Admin = lazy(() => admin().then((m) => ({ default: m.AdminPage })));

const planning = () => Promise.all([import("../features/planning"), alsoSpeak("planning"), alsoSpeak("invitation")]).then(([m]) => m);
export const NewMeeting = lazy(() => planning().then((m) => ({ default: m.NewMeetingPage })));
export const EditMeeting = lazy(() => planning().then((m) => ({ default: m.EditMeetingPage })));
export const MyMeetings = lazy(() => planning().then((m) => ({ default: m.MyMeetingsPage })));
export const Meeting = lazy(() => planning().then((m) => ({ default: m.MeetingPage })));

const invitation = () => Promise.all([import("../features/invitation"), alsoSpeak("invitation"), alsoSpeak("planning")]).then(([m]) => m);
export const Invitation = lazy(() => invitation().then((m) => ({ default: m.InvitationPage })));
