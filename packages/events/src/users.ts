/** Who holds more than this share of what he has a share of makes room for himself, where there is no more of it. */
export const fairShare = 1 / 4;

/** From here on uids are handed to users in blocks, for the user namespaces that they make (useradd's SUB_UID_MIN). */
const firstSubordinateUid = 100_000;
const subordinateUids = 65_536;

/** Whose uid it is: the first of its block where it is one that a user was given to have namespaces with. */
export function userId(uid: number): number {
  if (!(uid >= firstSubordinateUid)) return uid;
  return uid - ((uid - firstSubordinateUid) % subordinateUids);
}
