/** What the daemon says about a failure, which it says in English. */
export function Reason({ text }: { readonly text: string | undefined }) {
  if (!text) return null;
  return (
    <>
      {" "}
      <bdi lang="en">{text}</bdi>
    </>
  );
}
