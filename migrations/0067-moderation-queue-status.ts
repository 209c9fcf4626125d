import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a person may decide on has a status of its own, and rows stay as long as their items: what was approved may be taken down. */
export class ModerationQueueStatus1763700000067 implements MigrationInterface {
  readonly name = 'ModerationQueueStatus1763700000067';

  async up(runner: QueryRunner): Promise<void> {
    // `waiting` stays for processes of the release before, which write it until the view is filled anew.
    await runner.query('alter table moderation_queue add column status text');
    await runner.query(
      `update moderation_queue set status = case when waiting then 'in_review' else 'rejected' end where rule is not null`,
    );
    await runner.query('drop index moderation_queue_waiting');
    await runner.query(
      'create index moderation_queue_by_status on moderation_queue (status, since) where status is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index moderation_queue_by_status');
    await runner.query('delete from moderation_queue where rule is not null and status is null');
    await runner.query('alter table moderation_queue drop column status');
    await runner.query('create index moderation_queue_waiting on moderation_queue (since) where waiting');
  }
}
