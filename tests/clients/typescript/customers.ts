// Compiles only if the types made from the OpenAPI document agree with those of the official SDK.

import type { Customer, CustomerCreate, CustomerUpdate } from '@commercelayer/sdk'
import type { components, paths } from './openapi.js'

type Schemas = components['schemas']
type Described = Schemas['Customer']
type Attributes = NonNullable<Described['attributes']>
type Relationships = NonNullable<Described['relationships']>

type Sent<Body extends { data: { attributes?: object; relationships?: object } }> =
  | keyof NonNullable<Body['data']['attributes']>
  | keyof NonNullable<Body['data']['relationships']>

/** `true` if both are the same names, else what one has and the other has not. */
type Same<Ours, Theirs> = [Exclude<Ours, Theirs>, Exclude<Theirs, Ours>] extends [never, never]
  ? true
  : { unknown: Exclude<Ours, Theirs>; missing: Exclude<Theirs, Ours> }

const returned: Same<keyof Attributes | keyof Relationships | 'id' | 'type', keyof Customer> = true
const created: Same<Sent<Schemas['CustomerCreate']>, keyof CustomerCreate> = true
const updated: Same<Sent<Schemas['CustomerUpdate']> | 'id', keyof CustomerUpdate> = true

// Whatever the SDK reads and sends, the description allows.
const read = (customer: Customer): Pick<Attributes, keyof Attributes & keyof Customer> => customer
const create = (
  attributes: Pick<CustomerCreate, 'email' | 'password' | 'reference' | 'metadata'>
): Schemas['CustomerCreate'] => ({ data: { type: 'customers', attributes } })

type Listed =
  paths['/api/customers']['get']['responses'][200]['content']['application/vnd.api+json']
const emails = (page: Listed): unknown[] => page.data.map((one) => one.attributes?.email)

export { create, created, emails, read, returned, updated }
