// What an application does at its start: drizzle-orm's own migrator. The database comes from libpq's variables.
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

const [migrationsFolder, schemaAndTable] = process.argv.slice(2);
const [migrationsSchema, migrationsTable] = (schemaAndTable ?? '').split('.');
const client = new pg.Client();
await client.connect();
try {
  await migrate(drizzle({ client }), schemaAndTable ? { migrationsFolder, migrationsSchema, migrationsTable } : { migrationsFolder });
  console.log('migrated');
} finally {
  await client.end();
}
