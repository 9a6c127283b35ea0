export function Logo() {
  return (
    <svg width="30" height="30" viewBox="0 0 30 30" fill="none" stroke="var(--brand)" strokeWidth="3.2" strokeLinecap="round" aria-hidden="true">
      <path d="M10 26H7a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4h16a4 4 0 0 1 4 4v15a4 4 0 0 1-4 4h-3" />
      <circle cx="15" cy="14" r="3.4" fill="var(--brand)" stroke="none" />
    </svg>
  );
}
