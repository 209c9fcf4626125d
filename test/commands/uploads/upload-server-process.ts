import pg from 'pg';
import { startUploadServer } from './upload-server.js';

// An upload server as a process of its own, to be killed.
const [, , folder = '', databaseUrl = ''] = process.argv;
const pool = new pg.Pool({ connectionString: databaseUrl });
const server = await startUploadServer({ folder, database: { pool } });
process.stdout.write(`${server.url}\n`);
