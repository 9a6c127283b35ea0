export { ChangeFollowingPage } from "./ChangeFollowingPage";
export { EditMeetingPage } from "./EditMeetingPage";
export { MeetingPage } from "./MeetingPage";
export { NewMeetingPage } from "./NewMeetingPage";
export { MyMeetingsPage } from "./MyMeetingsPage";
