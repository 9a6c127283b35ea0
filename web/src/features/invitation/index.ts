export { AnswerCard } from "./AnswerCard";
export { answerTo } from "./answers";
export { DateLines } from "./DateLines";
export { InvitationPage } from "./InvitationPage";
