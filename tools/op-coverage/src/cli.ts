import { measureAll } from './all';
const { ops, layers } = await measureAll();
for (const m of [...ops, ...layers])
  if (m.forward.kind !== 'compiled' || m.gradient.kind !== 'compiled')
    console.log(m.name, '|', m.forward.kind, m.forward.reason ?? '', '|', m.gradient.kind, m.gradient.reason ?? '');
