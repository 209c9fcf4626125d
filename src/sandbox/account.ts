/**
 * Who the tools are when the server is root. A number of its own, without a name: of those that neither systemd nor
 * Debian hands out (65520 to 65533), so that no other service shares it, and within what containers usually map.
 */
export const toolAccount = { uid: 65_521, gid: 65_521 } as const;
