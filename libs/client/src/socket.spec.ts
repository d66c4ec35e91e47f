import { describe, expect, it } from 'vitest';
import { socketUrl } from './socket.js';

describe('socketUrl', () => {
  it('turns the address of a bus into that of a tenant’s socket', () => {
    expect(socketUrl('http://127.0.0.1:8378', 'demo')).toBe('ws://127.0.0.1:8378/v1/tenants/demo/socket');
    expect(socketUrl('https://bus.example.com/', 'demo')).toBe('wss://bus.example.com/v1/tenants/demo/socket');
    expect(socketUrl('wss://example.com/bus/', 'demo')).toBe('wss://example.com/bus/v1/tenants/demo/socket');
  });

  it('lets no tenant’s name out of its place', () => {
    expect(socketUrl('http://localhost', '../x')).toBe('ws://localhost/v1/tenants/..%2Fx/socket');
  });

  it('refuses what is no address of a bus', () => {
    expect(() => socketUrl('ftp://example.com', 'demo')).toThrow('begins with http://');
    expect(() => socketUrl('nowhere', 'demo')).toThrow(TypeError);
  });
});
