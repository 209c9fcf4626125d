/**
 * SQL, an expression for the rows of a statement that changes something: has its commit waited for on the disk also in a
 * database whose default is `off`, which would lose in a crash what was acknowledged. Stronger ones than `on` stay.
 */
export const DURABLY = `case current_setting('synchronous_commit') when 'off' then set_config('synchronous_commit', 'on', true) end`;
