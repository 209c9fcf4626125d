import { z } from 'zod';
import { taxonomyDocumentSchema, taxonomyOf } from '../domain/taxonomy/taxonomy-document.js';
import { accepted, endpoint } from '../http/endpoint.js';
import { type Execute, fromRequest } from './execute.js';

export const taxonomyCommands = (execute: Execute) => [
  endpoint({
    method: 'PUT',
    path: '/v1/taxonomy',
    summary: 'Say which tags and genres may be suggested for items from now on, and no others',
    tag: 'media',
    access: 'operator',
    body: taxonomyDocumentSchema,
    success: {
      status: 202,
      description: 'In force; what was suggested before stays as it is, and names the taxonomy it is of',
      schema: z.object({ version: z.string(), hash: z.string(), position: z.string() }),
    },
    async handle(request) {
      const { version, hash } = taxonomyOf(request.body);
      const { position } = await execute(
        fromRequest(request, { type: 'SetTaxonomy', data: { document: request.body } }),
      );
      return accepted(position, { version, hash });
    },
  }),
];
