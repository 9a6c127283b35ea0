import { lazy } from "react";

// Each page is a chunk of its own; livekit-client comes only with the call, which prejoin loads while people get ready.
export const Home = lazy(() => import("../features/home").then((m) => ({ default: m.HomePage })));
export const SignIn = lazy(() => import("../features/signin").then((m) => ({ default: m.SignInPage })));
export const Account = lazy(() => import("../features/account").then((m) => ({ default: m.AccountPage })));
export const RoomSettings = lazy(() => import("../features/room").then((m) => ({ default: m.RoomSettingsPage })));
export const Attendance = lazy(() => import("../features/room").then((m) => ({ default: m.AttendancePage })));
export const RoomEntrance = lazy(() => import("../features/prejoin").then((m) => ({ default: m.RoomEntrance })));
