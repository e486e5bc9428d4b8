export function kept(name: string): Promise<any>;
export function keep(name: string, value: any): Promise<any>;
export function drop(name: string): Promise<any>;
