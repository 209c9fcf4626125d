import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose an upload is, what a part was joined into, and a final upload's `Upload-Concat` as it was sent. */
export class UploadCallers1763700000013 implements MigrationInterface {
  readonly name = 'UploadCallers1763700000013';

  async up(runner: QueryRunner): Promise<void> {
    // Nobody noted who created those that are there.
    await runner.query(`
      alter table uploads
        add column actor text not null default 'upload',
        add column joined_into uuid,
        add column concat_as_sent text`);
    await runner.query(`
      update uploads part set joined_into = final.id from uploads final
      where final.kind = 'final' and final.state = 'open' and part.kind = 'partial' and part.state = 'open'
        and part.id = any(final.parts)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table uploads drop column actor, drop column joined_into, drop column concat_as_sent',
    );
  }
}
