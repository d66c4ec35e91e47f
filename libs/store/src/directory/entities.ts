import type { Role, Scope, TenantSettings } from '@vestnik/core';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';

// Types and names are spelt out: nothing rests on what the compiler says of a property.

@Entity({ name: 'tenant', schema: 'vestnik' })
@Unique('tenant_name_key', ['name'])
export class TenantRow {
  @PrimaryGeneratedColumn('identity', { type: 'int', generatedIdentity: 'ALWAYS', primaryKeyConstraintName: 'tenant_pkey' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', nullable: true })
  title!: string | null;

  /** What differs from the defaults of the version that wrote it, or was set on purpose. */
  @Column({ type: 'jsonb' })
  settings!: Partial<TenantSettings>;

  @Column({ type: 'bigint', name: 'created_at' })
  createdAt!: number;
}

@Entity({ name: 'api_key', schema: 'vestnik' })
@Unique('api_key_hash_key', ['hash'])
@Index('api_key_tenant_id_number_idx', ['tenantId', 'number'])
export class ApiKeyRow {
  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS', insert: false, update: false })
  number!: number;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'api_key_pkey' })
  id!: string;

  @Column({ type: 'int', name: 'tenant_id', nullable: true })
  tenantId!: number | null;

  @ManyToOne(() => TenantRow, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'tenant_id', foreignKeyConstraintName: 'api_key_tenant_id_fkey' })
  tenant?: TenantRow;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text' })
  client!: string;

  @Column({ type: 'text', array: true })
  scopes!: Scope[];

  @Column({ type: 'text', nullable: true })
  role!: Role | null;

  @Column({ type: 'bytea' })
  hash!: Buffer;

  @Column({ type: 'bigint', name: 'created_at' })
  createdAt!: number;

  @Column({ type: 'bigint', name: 'expires_at', nullable: true })
  expiresAt!: number | null;

  @Column({ type: 'bigint', name: 'last_used_at', nullable: true })
  lastUsedAt!: number | null;

  @Column({ type: 'text', nullable: true })
  replaces!: string | null;
}

@Entity({ name: 'administrator', schema: 'vestnik' })
@Unique('administrator_name_key', ['name'])
@Unique('administrator_oidc_key', ['oidcIssuer', 'oidcSubject'])
export class AdministratorRow {
  @PrimaryGeneratedColumn('identity', { type: 'int', generatedIdentity: 'ALWAYS', primaryKeyConstraintName: 'administrator_pkey' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  @Column({ type: 'text' })
  role!: Role;

  @Column({ type: 'bigint', name: 'created_at' })
  createdAt!: number;

  @Column({ type: 'boolean', name: 'of_tenants', default: false })
  ofTenants!: boolean;

  @Column({ type: 'bigint', name: 'last_sign_in_at', nullable: true })
  lastSignInAt!: number | null;

  @Column({ type: 'text', name: 'oidc_issuer', nullable: true })
  oidcIssuer!: string | null;

  @Column({ type: 'text', name: 'oidc_subject', nullable: true })
  oidcSubject!: string | null;
}

@Entity({ name: 'administrator_tenant', schema: 'vestnik' })
@Index('administrator_tenant_tenant_id_idx', ['tenantId'])
export class AdministratorTenantRow {
  @PrimaryColumn({ type: 'int', name: 'administrator_id', primaryKeyConstraintName: 'administrator_tenant_pkey' })
  administratorId!: number;

  @PrimaryColumn({ type: 'int', name: 'tenant_id', primaryKeyConstraintName: 'administrator_tenant_pkey' })
  tenantId!: number;

  @ManyToOne(() => AdministratorRow, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'administrator_id', foreignKeyConstraintName: 'administrator_tenant_administrator_id_fkey' })
  administrator?: AdministratorRow;

  @ManyToOne(() => TenantRow, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'tenant_id', foreignKeyConstraintName: 'administrator_tenant_tenant_id_fkey' })
  tenant?: TenantRow;
}

@Entity({ name: 'administrator_session', schema: 'vestnik' })
@Unique('administrator_session_id_key', ['id'])
@Index('administrator_session_administrator_id_idx', ['administratorId'])
export class AdministratorSessionRow {
  @PrimaryColumn({ type: 'bytea', name: 'token_hash', primaryKeyConstraintName: 'administrator_session_pkey' })
  tokenHash!: Buffer;

  @Column({ type: 'int', name: 'administrator_id' })
  administratorId!: number;

  @ManyToOne(() => AdministratorRow, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'administrator_id', foreignKeyConstraintName: 'administrator_session_administrator_id_fkey' })
  administrator?: AdministratorRow;

  @Column({ type: 'bigint', name: 'expires_at' })
  expiresAt!: number;

  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS', insert: false, update: false })
  id!: number;

  @Column({ type: 'bigint', name: 'created_at' })
  createdAt!: number;

  @Column({ type: 'bigint', name: 'last_seen_at', nullable: true })
  lastSeenAt!: number | null;

  @Column({ type: 'text', nullable: true })
  address!: string | null;

  @Column({ type: 'text', nullable: true })
  browser!: string | null;
}

@Entity({ name: 'secret', schema: 'vestnik' })
export class SecretRow {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'secret_pkey' })
  name!: string;

  @Column({ type: 'bytea' })
  sealed!: Buffer;

  @Column({ type: 'bigint', name: 'changed_at' })
  changedAt!: number;
}

@Entity({ name: 'audit', schema: 'vestnik' })
@Index('audit_at_id_idx', ['at', 'id'])
@Index('audit_who_at_id_idx', ['who', 'at', 'id'])
@Index('audit_action_at_id_idx', ['action', 'at', 'id'])
@Index('audit_subject_at_id_idx', ['subject', 'at', 'id'])
export class AuditRow {
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'audit_pkey' })
  id!: number;

  @Column({ type: 'bigint' })
  at!: number;

  @Column({ type: 'text' })
  who!: string;

  @Column({ type: 'text', nullable: true })
  address!: string | null;

  @Column({ type: 'text' })
  action!: string;

  @Column({ type: 'text' })
  subject!: string;

  @Column({ type: 'text', name: 'before_json', nullable: true })
  beforeJson!: string | null;

  @Column({ type: 'text', name: 'after_json', nullable: true })
  afterJson!: string | null;

  @Column({ type: 'bytea', name: 'previous_hash' })
  previousHash!: Buffer;

  @Column({ type: 'bytea' })
  hash!: Buffer;
}

export const DIRECTORY_ENTITIES = [TenantRow, ApiKeyRow, AdministratorRow, AdministratorTenantRow, AdministratorSessionRow, SecretRow, AuditRow] as const;
